import { CloisterError } from '../../../shared/errors.ts';

/** Node's `errno` name of a thrown value, or null. */
export function errnoOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

const full = new Set(['ENOSPC', 'EDQUOT']);
const refused = new Set(['EACCES', 'EPERM', 'EROFS']);

export const diskFull = (cause?: unknown): CloisterError =>
  new CloisterError('disk_full', 'The disk is full. Free some space and try again; nothing was lost.', { cause });

/** Gives errors of the file system their code; anything else passes through unchanged. */
export function fromFileSystem(thrown: unknown): unknown {
  const errno = errnoOf(thrown);
  if (errno !== null && full.has(errno)) return diskFull(thrown);
  if (errno !== null && refused.has(errno)) {
    return new CloisterError(
      'profile_unsafe',
      'Cloister may not write its profile folder. Give yourself write access to it, or choose another folder.',
      {
        detail: { errno },
        cause: thrown,
      },
    );
  }
  return thrown;
}
