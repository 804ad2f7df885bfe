import { parentPort } from 'node:worker_threads';
import { auditMigrations, createAuditOperations } from '../audit/database.ts';
import { chatsMigrations, createChatsOperations } from '../chats/database.ts';
import { createDocumentsOperations, documentsMigrations } from '../documents/database.ts';
import { createModelsOperations, modelsMigrations } from '../models/database.ts';
import { runDatabaseWorker } from '../vault/database.ts';
import type { DatabaseRoom } from '../vault/types.ts';
import { createSettingsOperations, settingsMigrations } from './settings-database.ts';

/**
 * The tables of the rooms, in the order of their migrations. Rooms of one database share its file, never their names:
 * each operation begins with its room's.
 */
const rooms: readonly DatabaseRoom[] = [
  { name: 'documents', database: 'vault', migrations: documentsMigrations, operations: createDocumentsOperations },
  { name: 'chats', database: 'vault', migrations: chatsMigrations, operations: createChatsOperations },
  { name: 'audit', database: 'audit', migrations: auditMigrations, operations: createAuditOperations },
  { name: 'models', database: 'vault', migrations: modelsMigrations, operations: createModelsOperations },
  { name: 'settings', database: 'vault', migrations: settingsMigrations, operations: createSettingsOperations },
];

/** What `vault.database.call` may ask for. */
export type DatabaseTable = ReturnType<typeof createDocumentsOperations> &
  ReturnType<typeof createChatsOperations> &
  ReturnType<typeof createAuditOperations> &
  ReturnType<typeof createModelsOperations> &
  ReturnType<typeof createSettingsOperations>;

if (parentPort !== null) runDatabaseWorker(parentPort, rooms);
