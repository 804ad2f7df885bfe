import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';

/** A socket's path must fit `sun_path`: 108 bytes with the closing zero on Linux, 104 elsewhere. */
const longestFolder = 80;

/** The session's own folder when it is really ours, short enough and private; else the folder for temporary files. */
export async function parentForRuntime(given: string | undefined, fallback: string = tmpdir()): Promise<string> {
  if (given === undefined || !isAbsolute(given) || given.length > longestFolder) return fallback;
  const found = await lstat(given).catch(() => null);
  const ours = found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  return ours ? given : fallback;
}

const isPrivate = (found: Stats): boolean =>
  process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o777) === 0o700);

/** Begins the names of one store's folders. Of its hash, so that the name tells others nothing. */
const prefixFor = (models: string): string =>
  `cloister-${createHash('sha256').update(models).digest('hex').slice(0, 12)}`;

/** What a killed run left. The profile's lock says that no other run of this store needs it. */
async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  for (const name of (await readdir(parent)).filter((each) => each.startsWith(prefix))) {
    const path = join(parent, name);
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() !== true || !isPrivate(found)) continue;
    // Windows keeps a file that is still open; the next start tries again.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * A new private folder with a name nobody can foresee. mkdtemp makes it 0700 and fails when the name exists, so another
 * user can neither prepare it nor look into it; that is checked again all the same. `models`: the store that the engine
 * runs on, whose earlier folders go.
 */
export async function createRuntimeDirectory(models: string, given = process.env.XDG_RUNTIME_DIR): Promise<string> {
  const parent = await parentForRuntime(given);
  const prefix = prefixFor(models);
  await removeLeftovers(parent, prefix);
  const folder = await mkdtemp(join(parent, prefix));
  await chmod(folder, 0o700);
  const made = await lstat(folder);
  if (made.isDirectory() && isPrivate(made)) return folder;
  await rm(folder, { recursive: true, force: true });
  throw new CloisterError('profile_unsafe', 'The folder for temporary files cannot hold anything private.');
}
