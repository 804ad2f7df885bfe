import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import type { FoundFile } from './walk.ts';
import { isBelow } from './walk.ts';
import { problemOf, problems, type FileProblem } from './reasons.ts';

/** Read and hashed at once, so that the hash is of exactly these bytes. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly size: number;
  readonly modified: number;
}

/** No device is waited for, and no link that was put in the way is followed. Windows has neither flag: 0 there. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reads a whole file, or says what is wrong with it. Tries a second time when it changes meanwhile. */
export async function readWhole(file: FoundFile): Promise<ReadFile | FileProblem> {
  try {
    return (await readOnce(file)) ?? (await readOnce(file)) ?? problems.changing;
  } catch (thrown) {
    return problemOf(thrown);
  }
}

/** Null when the file changed while it was read. */
async function readOnce(file: FoundFile): Promise<ReadFile | FileProblem | null> {
  const path = await realpath(file.path);
  if (!isBelow(path, file.within)) return problems.outside;
  const handle = await open(path, flags);
  try {
    const before = await handle.stat();
    if (!before.isFile()) return problems.special;
    const bytes = await readAll(handle, before.size);
    if (bytes === null || !same(before, await handle.stat())) return null;
    return { bytes, sha256: sha256Of(bytes), size: before.size, modified: before.mtimeMs };
  } finally {
    await handle.close();
  }
}

const same = (a: Stats, b: Stats): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

async function readAll(handle: FileHandle, size: number): Promise<Uint8Array | null> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(size - filled, 8 * 2 ** 20), filled);
    if (bytesRead === 0) return null;
    filled += bytesRead;
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
