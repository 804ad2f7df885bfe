import type { Database } from 'better-sqlite3';
import { auditEntry } from '../../../shared/contract/audit.ts';
import { canonicalJson } from '../canonical.ts';
import type { AuditBeginning, AuditRecord } from '../types.ts';

const beginning = auditEntry
  .pick({ requestId: true, kind: true, origin: true, subject: true, session: true, promptHmac: true })
  .partial({ promptHmac: true });

interface PendingRow {
  readonly request_id: string;
  readonly at: string;
  readonly record: string;
}

/** Requests under way. A row lives from `begin` to the request's entry; what is left at an opening was cut off. */
export function createPending(db: Database) {
  const add = db.prepare('INSERT OR REPLACE INTO audit_pending (request_id, at, record) VALUES (?, ?, ?)');
  const all = db.prepare<[], PendingRow>('SELECT request_id, at, record FROM audit_pending ORDER BY at, request_id');

  return {
    /**
     * Before the first token, so without waiting for the disk: the write survives the death of the process, not a loss of
     * power within the moment until the next entry is synced.
     */
    begin(beginning: AuditBeginning, at: string): void {
      db.pragma('synchronous = NORMAL');
      try {
        add.run(beginning.requestId.toWellFormed(), at, canonicalJson(beginning));
      } finally {
        db.pragma('synchronous = FULL');
      }
    },
    /** With the time at which each began. */
    interrupted(): { record: AuditRecord; at: string }[] {
      return all.all().map((row) => ({ at: row.at, record: interruptedRecord(beginningIn(row)) }));
    },
  };
}

/** A row that cannot be read still stands for a request. */
function beginningIn(row: PendingRow): AuditBeginning {
  try {
    return beginning.parse(JSON.parse(row.record));
  } catch {
    return { requestId: row.request_id, kind: 'unknown', origin: 'system', subject: 'unknown', session: 'unknown' };
  }
}

export function interruptedRecord(beginning: AuditBeginning): AuditRecord {
  return {
    ...beginning,
    model: null,
    modelDigest: null,
    promptHmac: beginning.promptHmac ?? null,
    answerHmac: null,
    documents: [],
    decision: 'interrupted',
    stage: null,
    code: 'engine_stopped',
    durationMs: 0,
    promptTokens: null,
    answerTokens: null,
  };
}
