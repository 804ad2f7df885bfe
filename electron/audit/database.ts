import type { Database } from 'better-sqlite3';
import { CloisterError, codeOf } from '../../shared/errors.ts';
import { originOf, type TreeHead } from './checkpoint.ts';
import { createCheck, createStrayCheck, type Break, type CheckedPage, type PageInput } from './database/check.ts';
import { createList, type ListInput } from './database/list.ts';
import { lookAtAnchor, lookAtHead, type Doubt } from './database/look.ts';
import { createPending } from './database/pending.ts';
import { createStatements } from './database/statements.ts';
import { broken, createWriter, type Appended, type Writer } from './database/writer.ts';
import { signingKeyFrom, type SigningKey } from './signing-key.ts';
import type { AuditBeginning, AuditRecord } from './types.ts';

export { auditMigrations } from './database/schema.ts';

export interface OpenInput {
  readonly vaultId: string;
  /** The vault's `audit-signing` seed; wiped here once the key is made. */
  readonly seed: Uint8Array;
  /** The keychain's last checkpoint; `undefined`: this vault has no keychain and is anchored in nothing. */
  readonly anchor?: string | null | undefined;
}

/** How the log stands: its head, the signed checkpoint as text, and why it is not continued, if it is not. */
export interface Standing {
  readonly head: TreeHead;
  readonly note: string;
  readonly doubt: Doubt | null;
}

interface Opened {
  readonly origin: string;
  readonly key: SigningKey;
  readonly writer: Writer;
  doubt: Doubt | null;
}

/**
 * The record's operations on `audit.db`. Between `audit.open` and the closing of the database the signing key lives in the
 * worker, so that an entry, its nodes and its checkpoint are one transaction in one place.
 */
export function createAuditOperations(db: Database) {
  const read = createStatements(db);
  const pending = createPending(db);
  const list = createList(db);
  const check = createCheck(db, read);
  const strays = createStrayCheck(db);
  let opened: Opened | null = null;

  const open = (): Opened => {
    if (opened === null) throw new CloisterError('locked', 'The record is closed. Unlock Cloister first.');
    return opened;
  };
  const standing = ({ writer, doubt }: Opened): Standing => ({ head: writer.head(), note: writer.note(), doubt });
  const append = (record: AuditRecord, at: string): Appended => {
    const { writer, doubt } = open();
    if (doubt !== null) throw broken(doubt.problem, doubt.kind);
    return writer.append(record, at);
  };
  /** What this finds wrong is a doubt like any other: it refuses entries and keeps no vault shut. */
  const settleInterrupted = (state: Opened): void => {
    try {
      for (const { record, at } of pending.interrupted()) state.writer.append(record, at);
    } catch (thrown) {
      if (codeOf(thrown) !== 'audit_broken' || !(thrown instanceof Error)) throw thrown;
      state.doubt = { kind: 'log', problem: thrown.message };
    }
  };

  return {
    'audit.open': ({ vaultId, seed, anchor }: OpenInput): Standing => {
      const key = signingKeyFrom(seed);
      seed.fill(0);
      const origin = originOf(vaultId);
      const isNew = read.size() === 0 && read.note() === null && !read.hasNodes();
      if (isNew) createWriter(db, read, origin, key, { size: 0, root: read.rootAt(0) }).found();
      const seen = lookAtHead(read, origin, key);
      const doubt = seen.doubt ?? (anchor === undefined ? null : lookAtAnchor(read, seen.head, anchor, origin, key));
      opened = { origin, key, doubt, writer: createWriter(db, read, origin, key, seen.head) };
      if (doubt === null) settleInterrupted(opened);
      return standing(opened);
    },
    'audit.close': (_input: Record<string, never>): void => {
      opened = null;
    },
    'audit.begin': ({ beginning, at }: { beginning: AuditBeginning; at: string }): void => {
      const { doubt } = open();
      if (doubt !== null) throw broken(doubt.problem, doubt.kind);
      pending.begin(beginning, at);
    },
    'audit.append': ({ record, at }: { record: AuditRecord; at: string }): Appended => append(record, at),
    'audit.standing': (_input: Record<string, never>): Standing => standing(open()),
    'audit.list': (input: ListInput) => list(input),
    /** What lies in the file, and beside it the checkpoint that this process wrote last. */
    'audit.stored': (_input: Record<string, never>) => ({
      note: read.note() ?? '',
      size: read.size(),
      written: open().writer.note(),
    }),
    'audit.checkPage': (input: PageInput): CheckedPage => check(input),
    'audit.checkStrays': (_input: Record<string, never>): Break | null => strays(open().writer.head().size),
    /** After a doubt about the anchor alone: goes on from here, with an entry that says so. */
    'audit.anchorAnew': ({ record, at }: { record: AuditRecord; at: string }): Appended => {
      const state = open();
      if (state.doubt?.kind === 'log') throw broken(state.doubt.problem);
      const appended = state.writer.append(record, at);
      state.doubt = null;
      settleInterrupted(state);
      return appended;
    },
  };
}

export type AuditOperations = ReturnType<typeof createAuditOperations>;
