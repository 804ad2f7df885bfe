import type { Database } from 'better-sqlite3';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { auditEntry } from '../../../shared/contract/audit.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { anchorAdvice } from '../advice.ts';
import { canonicalJson } from '../canonical.ts';
import { signCheckpoint, type TreeHead } from '../checkpoint.ts';
import { leafHash, sameHash, type Hash } from '../merkle/hash.ts';
import { extendEdge, rootFromEdge } from '../merkle/root.ts';
import { rightEdge } from '../merkle/shape.ts';
import type { SigningKey } from '../signing-key.ts';
import type { AuditRecord } from '../types.ts';
import type { Doubt } from './look.ts';
import { MissingNode, type Statements } from './statements.ts';

/** C2SP tlog-tiles gives an entry's length two bytes. */
const largestEntry = 65_535;

export interface Appended {
  readonly entry: AuditEntry;
  readonly head: TreeHead;
  readonly note: string;
}

const advice: Readonly<Record<Doubt['kind'], string>> = {
  log: 'Run "cloister audit verify".',
  anchor: anchorAdvice,
};

const broken = (problem: string, kind: Doubt['kind'] = 'log'): CloisterError =>
  new CloisterError('audit_broken', `The record does not hold and is not continued: ${problem} ${advice[kind]}`, {
    detail: { doubt: kind },
  });

/** Without the keys whose value is `undefined`: JSON has no such value. */
function entryOf(record: AuditRecord, index: number, at: string): AuditEntry {
  const { note, ...rest } = record;
  const entry = { ...rest, ...(note === undefined ? {} : { note }), index, at };
  return auditEntry.parse(entry);
}

function bytesOf(entry: AuditEntry): Buffer {
  const bytes = Buffer.from(canonicalJson(entry));
  if (bytes.length > largestEntry)
    throw new CloisterError('too_large', 'The request names too much for one entry of the record.', {
      detail: { bytes: bytes.length, limit: largestEntry },
    });
  return bytes;
}

/** The one writer of the log. It believes its own memory of the head and refuses when the file says otherwise. */
export function createWriter(db: Database, read: Statements, origin: string, key: SigningKey, opened: TreeHead) {
  let head = opened;
  let note = read.note() ?? '';
  const addEntry = db.prepare('INSERT INTO audit_entries (idx, at, bytes) VALUES (?, ?, ?)');
  const addNode = db.prepare('INSERT INTO audit_nodes (level, idx, hash) VALUES (?, ?, ?)');
  const setNote = db.prepare(
    'INSERT INTO audit_head (id, note) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET note = excluded.note',
  );
  const settle = db.prepare('DELETE FROM audit_pending WHERE request_id = ?');

  /** The hashes of the right edge, once they are known to be those of the signed head. */
  const trustedEdge = (): Hash[] => {
    if (read.note() !== note || read.size() !== head.size) throw broken('Something else wrote to it.');
    const edge = rightEdge(head.size).map(read.readNode);
    if (!sameHash(rootFromEdge(edge), head.root))
      throw broken('The tree does not have the root that its checkpoint states.');
    return edge;
  };
  const write = (record: AuditRecord, at: string): Appended => {
    const edge = trustedEdge();
    const entry = entryOf(record, head.size, at);
    const bytes = bytesOf(entry);
    addEntry.run(entry.index, entry.at, bytes);
    for (const { place, hash } of extendEdge(edge, entry.index, leafHash(bytes)))
      addNode.run(place.level, place.index, hash);
    const next = { size: head.size + 1, root: rootFromEdge(edge) };
    const signed = signCheckpoint(origin, next, key);
    setNote.run(signed);
    settle.run(entry.requestId);
    return { entry: JSON.parse(bytes.toString()) as AuditEntry, head: next, note: signed };
  };
  // All or nothing: the entry, its nodes, the signed checkpoint and the end of the request.
  const inOne = db.transaction(write);

  return {
    head: (): TreeHead => head,
    note: (): string => note,
    /** Signs the head of a log without entries, so that there is always a checkpoint to compare with. */
    found(): void {
      note = signCheckpoint(origin, head, key);
      setNote.run(note);
    },
    append(record: AuditRecord, at: string): Appended {
      try {
        const appended = inOne.immediate(record, at);
        ({ head, note } = appended);
        return appended;
      } catch (thrown) {
        if (thrown instanceof MissingNode) throw broken(thrown.message);
        if (isConflict(thrown)) throw broken('There are nodes or entries past its end.');
        throw thrown;
      }
    },
  };
}

const isConflict = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('SQLITE_CONSTRAINT');

export type Writer = ReturnType<typeof createWriter>;
export { broken };
