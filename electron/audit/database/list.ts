import type { Database } from 'better-sqlite3';
import { auditEntry } from '../../../shared/contract/audit.ts';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';

export interface ListInput {
  /** Entries with a smaller index only. */
  readonly before?: number | undefined;
  /** ISO time; entries recorded at or after it. */
  readonly since?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export function createList(db: Database) {
  const newest = db.prepare<[number, string, number], Buffer>(
    'SELECT bytes FROM audit_entries WHERE idx < ? AND at >= ? ORDER BY idx DESC LIMIT ?',
  ).pluck(); // prettier-ignore

  return ({ before, since, limit }: ListInput): AuditEntry[] =>
    newest.all(before ?? Number.MAX_SAFE_INTEGER, since ?? '', limit).map(entryIn);
}

function entryIn(bytes: Buffer): AuditEntry {
  try {
    return auditEntry.parse(JSON.parse(bytes.toString('utf8')));
  } catch (thrown) {
    throw new CloisterError('audit_broken', 'An entry of the record cannot be read. Run "cloister audit verify".', {
      cause: thrown,
    });
  }
}
