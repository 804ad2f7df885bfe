import { constants } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseName } from '../types.ts';

export const databaseNames = ['vault', 'audit'] as const satisfies readonly DatabaseName[];

export const headerPath = (profile: string): string => join(profile, 'vault.json');
export const databasePath = (profile: string, name: DatabaseName): string => join(profile, `${name}.db`);
/** The ciphertext as it was before the last migration. */
export const snapshotPath = (profile: string, name: DatabaseName): string =>
  join(profile, `${name}.db.before-migration`);

export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** A rename lasts through a power cut only when its folder is synced too. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The old content or the new, never a part: written beside, synced, renamed over, folder synced. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const beside = `${path}.tmp`;
  await rm(beside, { force: true });
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

export async function removeDatabases(profile: string): Promise<void> {
  for (const name of databaseNames) {
    const path = databasePath(profile, name);
    for (const file of [
      path,
      `${path}-wal`,
      `${path}-shm`,
      snapshotPath(profile, name),
      `${snapshotPath(profile, name)}.tmp`,
    ]) {
      await rm(file, { force: true });
    }
  }
  await syncFolder(profile);
}
