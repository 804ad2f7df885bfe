import { createHash } from 'node:crypto';
import Sqlite, { type Database } from 'better-sqlite3';
import { createAuditOperations, auditMigrations, type AuditOperations } from '../../../electron/audit/database.ts';
import { createAuditLog } from '../../../electron/audit/index.ts';
import type { AuditLog, AuditRecord } from '../../../electron/audit/types.ts';
import { createMemoryKeychain } from '../../../electron/vault/keychain/memory.ts';
import type { DatabaseClient, Keychain } from '../../../electron/vault/types.ts';

export const vaultId = 'vault-under-test';

export const seedOf = (purpose: string): Buffer => createHash('sha256').update(`a test vault's ${purpose}`).digest();

export const record = (change: Partial<AuditRecord> = {}): AuditRecord => ({
  requestId: 'request',
  kind: 'quotes',
  origin: 'page',
  subject: 'someone',
  session: 'session',
  model: 'tiny:latest',
  modelDigest: 'ab'.repeat(32),
  promptHmac: 'cd'.repeat(32),
  answerHmac: null,
  documents: ['document-1', 'document-2'],
  decision: 'allowed',
  stage: null,
  code: null,
  durationMs: 12,
  promptTokens: null,
  answerTokens: null,
  ...change,
});

export function emptyDatabase(path = ':memory:'): Database {
  const db = new Sqlite(path);
  for (const migration of auditMigrations) migration.up(db);
  return db;
}

/** Calls the operations as the database worker would: values are cloned both ways. */
function clientOf(operations: AuditOperations): DatabaseClient<AuditOperations> {
  return {
    call: async (name, input) => {
      const operation = operations[name] as (input: unknown) => unknown;
      return structuredClone(operation(structuredClone(input))) as never;
    },
  };
}

export interface TestLog {
  readonly log: AuditLog;
  readonly warnings: string[];
}

/** The real log over a real database in memory; only the thread between them is left out. */
export async function openLog(
  db: Database,
  options: { keychain?: Keychain | null; clock?: () => Date; otherKey?: boolean } = {},
): Promise<TestLog> {
  const warnings: string[] = [];
  const client = clientOf(createAuditOperations(db));
  const keychain = options.keychain === undefined ? createMemoryKeychain() : options.keychain;
  const log = createAuditLog({
    database: () => client,
    derive: (purpose) => seedOf(options.otherKey === true ? `another ${purpose}` : purpose),
    keychain: () => keychain,
    vaultId: () => vaultId,
    clock: options.clock ?? (() => new Date('2026-03-01T10:00:00.000Z')),
    warn: (problem) => warnings.push(problem),
  });
  await log.open();
  return { log, warnings };
}

export async function fill(log: AuditLog, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await log.append(record({ requestId: `request-${index}` }));
}

export const copyOf = (db: Database): Database => new Sqlite(db.serialize());
