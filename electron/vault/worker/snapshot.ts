import { closeSync, constants, copyFileSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

function sync(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Copies the ciphertext beside the database, so it stays encrypted under the same key. The database must be closed with
 * its WAL written back. The snapshot before is replaced only once this one is whole.
 */
export function takeSnapshot(path: string, target: string): void {
  const beside = `${target}.tmp`;
  rmSync(beside, { force: true });
  copyFileSync(path, beside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  sync(beside);
  renameSync(beside, target);
  if (process.platform !== 'win32') sync(dirname(target));
}
