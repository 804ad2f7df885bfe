import { constants, type Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { CloisterError } from '../../../shared/errors.ts';
import { errnoOf, fromFileSystem } from './system-errors.ts';

/** Files that hold secrets or ciphertext. SQLite gives `-wal` and `-shm` the mode of their database. */
const keptPrivate = [
  'vault.json',
  'profile.lock',
  'instance.json',
  ...['vault.db', 'audit.db'].flatMap((db) => [db, `${db}-wal`, `${db}-shm`]),
];

export type Kind = 'folder' | 'file';
type Facts = Pick<Stats, 'uid' | 'mode' | 'isDirectory' | 'isFile' | 'isSymbolicLink'>;
type Judgement = { readonly verdict: 'safe' | 'tighten' } | { readonly verdict: 'unsafe'; readonly reason: string };

const unsafe = (reason: string): Judgement => ({ verdict: 'unsafe', reason });

/** May this be trusted as ours? `user` is null where files have no owner in this sense (Windows). */
export function judgeOwnership(kind: Kind, facts: Facts, user: number | null): Judgement {
  if (facts.isSymbolicLink()) return unsafe('it is a symbolic link');
  if (kind === 'folder' ? !facts.isDirectory() : !facts.isFile()) return unsafe(`it is not a ${kind}`);
  if (user === null) return { verdict: 'safe' };
  if (facts.uid !== user) return unsafe('it belongs to another user');
  return { verdict: (facts.mode & 0o077) === 0 ? 'safe' : 'tighten' };
}

/** Whoever may rename the profile can put another in its place: anyone, in a shared folder without the sticky bit. */
export function judgeParent(facts: Pick<Stats, 'mode'>, user: number | null): Judgement {
  const shared = user !== null && (facts.mode & 0o002) !== 0 && (facts.mode & 0o1000) === 0;
  return shared
    ? unsafe('anyone may replace it, because the folder around it is writable for all')
    : { verdict: 'safe' };
}

const isErrno = (thrown: unknown): boolean => /^E[A-Z0-9]+$/.test(errnoOf(thrown) ?? '');

const refuse = (path: string, reason: string): CloisterError =>
  new CloisterError('profile_unsafe', `Cloister does not use ${path}: ${reason}. Choose a folder of your own.`, {
    detail: { path, reason },
  });

async function factsOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return null;
    throw fromFileSystem(thrown);
  }
}

/** The folder through a descriptor that follows no link, so what is judged is what is changed. */
async function tightenFolder(path: string, user: number | null): Promise<Judgement> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const judged = judgeOwnership('folder', await handle.stat(), user);
    if (judged.verdict !== 'tighten') return judged;
    await handle.chmod(0o700);
    return judgeOwnership('folder', await handle.stat(), user);
  } finally {
    await handle.close();
  }
}

/**
 * A file by its name: the folder is already ours alone. Never by opening it, since closing any descriptor of a database
 * gives up all POSIX locks of this process on it (sqlite.org/howtocorrupt.html, 2.2).
 */
async function tightenFile(path: string, user: number | null): Promise<Judgement> {
  await chmod(path, 0o600);
  return judgeOwnership('file', await lstat(path), user);
}

async function secure(path: string, kind: Kind, user: number | null): Promise<void> {
  const facts = await factsOf(path);
  if (facts === null) return;
  const judged = judgeOwnership(kind, facts, user);
  if (judged.verdict === 'unsafe') throw refuse(path, judged.reason);
  if (judged.verdict === 'safe') return;
  const after = kind === 'folder' ? await tightenFolder(path, user) : await tightenFile(path, user);
  if (after.verdict === 'unsafe') throw refuse(path, after.reason);
  if (after.verdict === 'tighten')
    throw refuse(path, 'others may read it, and its file system does not let that be changed');
}

/** One by one: the recursive `mkdir` of Node never returns where a folder cannot be made, as in /proc. */
async function makeFolders(path: string): Promise<void> {
  if ((await factsOf(path)) !== null) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  await mkdir(path, { mode: 0o700 });
}

/** Makes the profile folder (0700) or checks it and its private files (0600). Throws `profile_unsafe`, `disk_full`. */
export async function prepareProfile(profile: string): Promise<void> {
  // Files that Node or SQLite make later are private too. Worker threads share the mask but may not set it.
  if (isMainThread) process.umask(0o077);
  const user = process.getuid?.() ?? null;
  try {
    await makeFolders(profile);
    const around = judgeParent(await stat(dirname(profile)), user);
    if (around.verdict === 'unsafe') throw refuse(profile, around.reason);
    await secure(profile, 'folder', user);
    for (const name of keptPrivate) await secure(join(profile, name), 'file', user);
  } catch (thrown) {
    const known = fromFileSystem(thrown);
    throw known === thrown && isErrno(thrown)
      ? refuse(profile, `it cannot be made there (${errnoOf(thrown) ?? ''})`)
      : known;
  }
}
