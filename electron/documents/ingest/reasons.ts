import { errnoOf } from './errno.ts';

/** Why a file is not in the index, in sentences for people. `retry`: it may pass by itself, so it is tried each time. */
export interface FileProblem {
  readonly status: 'skipped' | 'failed';
  readonly reason: string;
  readonly retry: boolean;
}

const skipped = (reason: string): FileProblem => ({ status: 'skipped', reason, retry: false });
const failed = (reason: string): FileProblem => ({ status: 'failed', reason, retry: true });

export const problems = {
  hidden: skipped('Hidden files and folders are left out.'),
  system: skipped('This is a file of the system or of a program at work, not a document.'),
  link: skipped('This is a link. Add the file or folder that it points to.'),
  special: skipped('This is not a file with content (a device, a pipe or a socket).'),
  outside: skipped('This lies outside the folder that was added. Add it by itself.'),
  name: failed('The name of this is not readable text (it is not UTF-8). Rename it, and add it again.'),
  noAccess: failed('You may not read this. Change its permissions, and add it again.'),
  gone: failed('There is no file or folder here. Check the path, and add it again.'),
  unplugged: failed('This cannot be reached. Is its drive connected? What was taken in before stays searchable.'),
  changing: failed('This changed while it was being read. It is read again the next time.'),
  unreadable: failed('This could not be read: the drive reports an error. Check the drive, and add it again.'),
  inUse: failed('Another program is using this. Close it there, and add it again.'),
} as const satisfies Record<string, FileProblem>;

/** What was taken in before and is not there any more. */
export const removedReason = 'This is no longer in its folder.';

/** A failure of the file system as a problem of the file; anything else is not the file's fault and is thrown on. */
export function problemOf(thrown: unknown): FileProblem {
  const problem = byErrno[errnoOf(thrown)];
  if (problem === undefined) throw thrown;
  return problem;
}

const byErrno: Readonly<Record<string, FileProblem>> = {
  EACCES: problems.noAccess,
  EPERM: problems.noAccess,
  ENOENT: problems.gone,
  ENOTDIR: problems.gone,
  ENAMETOOLONG: problems.gone,
  ELOOP: problems.link,
  ENXIO: problems.special,
  ENODEV: problems.unplugged,
  ESTALE: problems.unplugged,
  EHOSTDOWN: problems.unplugged,
  ENOTCONN: problems.unplugged,
  ETIMEDOUT: problems.unplugged,
  EIO: problems.unreadable,
  EISDIR: problems.changing,
  EBUSY: problems.inUse,
};
