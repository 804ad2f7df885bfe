import { chmod, lstat, mkdtemp, rm } from 'node:fs/promises';
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

/**
 * A new private folder with a name nobody can foresee. mkdtemp makes it 0700 and fails when the name exists, so another
 * user can neither prepare it nor look into it; that is checked again all the same.
 */
export async function createRuntimeDirectory(given = process.env.XDG_RUNTIME_DIR): Promise<string> {
  const folder = await mkdtemp(join(await parentForRuntime(given), 'cloister-'));
  await chmod(folder, 0o700);
  const made = await lstat(folder);
  const ours = process.getuid === undefined || (made.uid === process.getuid() && (made.mode & 0o777) === 0o700);
  if (made.isDirectory() && ours) return folder;
  await rm(folder, { recursive: true, force: true });
  throw new CloisterError('profile_unsafe', 'The folder for temporary files cannot hold anything private.');
}
