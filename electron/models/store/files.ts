import { randomBytes } from 'node:crypto';
import { constants, lstatSync, type BigIntStats } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloisterError } from '../../../shared/errors.ts';
import { under } from './layout.ts';

const errnoOf = (thrown: unknown): string | null =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null;

export const isAbsent = (thrown: unknown): boolean => errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR';

const notRegular = (): CloisterError =>
  new CloisterError('model_changed', 'Something in the model folder is a link or a device instead of a file.');

/** Every folder on the way is a real one: a link in the store could lead anywhere. */
function checkFolders(root: string, segments: readonly string[]): void {
  for (let length = 1; length < segments.length; length += 1)
    if (!lstatSync(under(root, segments.slice(0, length))).isDirectory()) throw notRegular();
}

/**
 * What a regular file is, without opening it. Throws as `openRegular` does. Not asynchronous: a look takes 3 µs, and waiting for
 * another thread to take it 100; a request takes some twenty of them before its first token.
 */
export function lookAtRegular(root: string, segments: readonly string[]): BigIntStats {
  checkFolders(root, segments);
  const file = lstatSync(under(root, segments), { bigint: true });
  if (!file.isFile()) throw notRegular();
  return file;
}

/** Opens a regular file of the store for reading, following no link and waiting for no pipe. */
export async function openRegular(root: string, segments: readonly string[]): Promise<FileHandle> {
  const path = under(root, segments);
  checkFolders(root, segments);
  if (lstatSync(path).isSymbolicLink()) throw notRegular();
  // Windows knows neither flag: they are undefined there, and count as nothing.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((thrown: unknown) => {
    throw errnoOf(thrown) === 'ELOOP' || errnoOf(thrown) === 'ENXIO' ? notRegular() : thrown;
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notRegular();
}

/** Reads a small regular file whole; longer than `maximum` is refused before anything is allocated. */
export async function readRegular(root: string, segments: readonly string[], maximum: number): Promise<Buffer> {
  const file = await openRegular(root, segments);
  try {
    const { size } = await file.stat();
    if (size > maximum) throw new CloisterError('too_large', 'A manifest in the model folder is too large.');
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Which content this is, as far as the file system can say: writing moves ctime, and no program can set that back. */
export const identityOf = (stats: BigIntStats): string =>
  [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');

/** A file written just now may be written again without its times showing it. Nanoseconds. */
const settledAfter = 100_000_000n;

/** How long until a change of the file must show in its times. Nanoseconds; none once it is settled. */
const unsettledFor = ({ ctimeNs }: BigIntStats): bigint => {
  const left = settledAfter - (BigInt(Date.now()) * 1_000_000n - ctimeNs);
  // A clock that was set back would have one wait for ever.
  return left < 0n ? 0n : left > settledAfter ? settledAfter : left;
};

export const isSettled = (stats: BigIntStats): boolean => unsettledFor(stats) === 0n;

export async function untilSettled(stats: BigIntStats): Promise<void> {
  const left = unsettledFor(stats);
  if (left > 0n) await sleep(Number(left / 1_000_000n) + 1);
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

export async function makeFolders(root: string, segments: readonly string[]): Promise<void> {
  await mkdir(under(root, segments), { recursive: true, mode: 0o700 });
  checkFolders(root, [...segments, '']);
}

/** The old content or the new, never a part. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const beside = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    await rename(beside, path);
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw thrown;
  }
  await syncFolder(dirname(path));
}

/** Gives a full disk its own code; anything else passes unchanged. */
export function fromFileSystem(thrown: unknown): unknown {
  const errno = errnoOf(thrown);
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') return thrown;
  return new CloisterError('disk_full', 'The disk is full. Free some space and try again; nothing was lost.', {
    cause: thrown,
  });
}
