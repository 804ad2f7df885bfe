import { CloisterError, codeOf, detailOf } from '../../../shared/errors.ts';
import type { DatabaseName } from '../types.ts';
import { diskFull, errnoOf, fromFileSystem } from '../profile/system-errors.ts';
import type { WorkerError } from './protocol.ts';

export const damaged = (name: DatabaseName | 'file', reason: string, cause?: unknown): CloisterError =>
  new CloisterError(
    'vault_damaged',
    `The encrypted database cannot be read: ${reason}. Nothing was changed. Restore a backup, or keep the folder and start with another profile.`,
    { detail: { database: name, reason }, cause },
  );

/** Result codes of SQLite (sqlite.org/rescode.html) that say what to do; the rest is ours to mend. */
export function fromSqlite(thrown: unknown): unknown {
  const code = errnoOf(thrown) ?? '';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return damaged('file', 'its content does not fit its key or its checksums', thrown);
  // The file of shared memory beside a WAL could not be given its size: there is one reason for that.
  if (/^SQLITE_(FULL|IOERR_SHMSIZE)/.test(code)) return diskFull(thrown);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return new CloisterError('busy', 'Another program is using the database. Try again.', { cause: thrown });
  return fromFileSystem(thrown);
}

function framesOf(thrown: unknown): string {
  const lines = thrown instanceof Error ? (thrown.stack ?? '').split('\n') : [];
  return lines.filter((line) => line.trimStart().startsWith('at ')).slice(0, 8).join('\n'); // prettier-ignore
}

/**
 * An error as it crosses to the main process. Sentences of our own errors are free of content; those of SQLite and of
 * JavaScript may quote a search or a row, so of them only the kind and the place are told.
 */
export function describeError(thrown: unknown, doing: string): WorkerError {
  const known = fromSqlite(thrown);
  const code = codeOf(known);
  const detail = detailOf(known);
  const kind = errnoOf(known) ?? (known instanceof Error ? known.name : typeof known);
  const message =
    code !== 'internal' && known instanceof Error ? known.message : `The database operation ${doing} failed (${kind}).`;
  return { code, message, ...(detail === undefined ? {} : { detail }), frames: framesOf(thrown) };
}
