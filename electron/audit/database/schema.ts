import type { Database } from 'better-sqlite3';
import type { Migration } from '../../vault/types.ts';

/**
 * Tables of the record, in `audit.db`. `bytes` is the canonical JSON that was hashed; `at` repeats its time for searching
 * and is checked against it. Every complete subtree's hash is kept, so an append and any root cost O(log n).
 */
export const auditMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'entries, tree, checkpoint and requests under way',
    up(db: Database): void {
      db.exec(`
        CREATE TABLE audit_entries (idx INTEGER PRIMARY KEY, at TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE INDEX audit_entries_by_time ON audit_entries(at);
        CREATE TABLE audit_nodes (
          level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL) STRICT;
        CREATE TABLE audit_pending (request_id TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
      `);
    },
  },
];
