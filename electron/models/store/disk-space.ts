import { statfs } from 'node:fs/promises';
import { CloisterError } from '../../../shared/errors.ts';
import { gigabytes } from '../sizes.ts';

/** Left free for everything else: the vault must still be able to write. */
const reserveBytes = 512 * 1024 * 1024;

const sized = (bytes: number): string => (bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : gigabytes(bytes));

/** Refuses before the first byte when `bytes` would not fit below `folder`. */
export async function checkDiskSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + reserveBytes) return;
  throw new CloisterError(
    'disk_full',
    `The model needs ${sized(bytes)}, ${sized(reserveBytes)} must stay free for everything else, and ${sized(free)} are free. Free some space and try again.`,
    {
      detail: { needs: bytes, free },
    },
  );
}
