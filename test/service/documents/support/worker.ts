import { parentPort } from 'node:worker_threads';
import { createDocumentsOperations, documentsMigrations } from '../../../../electron/documents/database.ts';
import { runDatabaseWorker } from '../../../../electron/vault/database.ts';

const documents = {
  name: 'documents',
  database: 'vault',
  migrations: documentsMigrations,
  operations: createDocumentsOperations,
} as const;

if (parentPort !== null) runDatabaseWorker(parentPort, [documents]);
