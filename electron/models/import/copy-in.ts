import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfHex } from '../digests.ts';
import type { ArrivedLayer } from '../store/arrive.ts';
import { fromFileSystem, identityOf } from '../store/files.ts';
import { hashFile } from '../store/hash-file.ts';
import { incomingName } from '../store/promote.ts';

const blockBytes = 1 << 20;

interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (done: number) => void;
}

/** Blocks that both files share until one is written to; false where the file system cannot. */
const isCloned = (path: string, copy: string): Promise<boolean> =>
  copyFile(path, copy, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  );

/** Read once: written and hashed together. */
async function copyHashed(from: FileHandle, into: FileHandle, { signal, onBytes }: CopyOptions): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  for (let done = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await from.read(block, 0, blockBytes, done);
    if (bytesRead === 0) return hash.digest('hex');
    const piece = block.subarray(0, bytesRead);
    hash.update(piece);
    await into.writev([piece], done);
    done += bytesRead;
    onBytes(done);
  }
}

/** Copies a file of this machine into quarantine and hashes the copy: the original may change the moment after. */
export async function copyIn(
  incoming: string,
  file: FileHandle,
  path: string,
  options: CopyOptions,
): Promise<ArrivedLayer> {
  const copy = join(incoming, `.${randomBytes(8).toString('hex')}.copy`);
  try {
    const cloned = await isCloned(path, copy);
    if (!cloned) await rm(copy, { force: true });
    const into = await open(copy, cloned ? 'r+' : 'wx+', 0o600);
    try {
      await into.chmod(0o600);
      const hex = cloned ? (await hashFile(into, options)).hex : await copyHashed(file, into, options);
      await into.sync();
      const digest = digestOfHex(hex);
      await rename(copy, join(incoming, incomingName(digest)));
      const found = await into.stat({ bigint: true });
      return { digest, size: Number(found.size), identity: identityOf(found) };
    } finally {
      await into.close();
    }
  } catch (thrown) {
    await rm(copy, { force: true });
    throw fromFileSystem(thrown);
  }
}
