import { parentPort } from 'node:worker_threads';
import { auditMigrations, createAuditOperations } from '../../../electron/audit/database.ts';
import { runDatabaseWorker } from '../../../electron/vault/database.ts';

if (parentPort !== null)
  runDatabaseWorker(parentPort, [
    { name: 'audit', database: 'audit', migrations: auditMigrations, operations: createAuditOperations },
  ]);
