import type { FileHandle } from 'node:fs/promises';
import { pacedBytes, type Hasher } from '../store/hasher.ts';

/** Follows a file that is being written, at a distance that keeps its reading within what is there. */
export interface Following {
  /** So many bytes are there from the first on. */
  reach(bytes: number): void;
  /** The hash, once `reach` was told the file's whole length. Rejects when the file cannot be read, or on abort. */
  readonly hex: Promise<string>;
}

/** The hasher reads whole blocks and may take one more than it was asked to. */
const margin = 2 << 20;

/**
 * Hashes a file of `size` bytes while it is written: SHA-256 goes from the first byte on, so it follows the part without gaps,
 * reading back from the system's cache what was written a moment ago.
 */
export function follow(hash: Hasher, file: FileHandle, size: number, signal: AbortSignal): Following {
  let reached = 0;
  let done = 0;
  let waiting: PromiseWithResolvers<undefined> | null = null;
  const isAhead = (): boolean => reached >= size || reached >= done + pacedBytes + margin;

  const pace = async (): Promise<void> => {
    while (!isAhead()) {
      signal.throwIfAborted();
      waiting = Promise.withResolvers<undefined>();
      await waiting.promise;
    }
  };
  const wake = (): void => {
    waiting?.resolve(undefined);
    waiting = null;
  };
  signal.addEventListener('abort', wake, { once: true });
  const hex = hash(file, { signal, pace, isHot: true, onBytes: (bytes) => void (done = bytes) })
    .then((hashed) => hashed.hex)
    .finally(() => signal.removeEventListener('abort', wake));
  hex.catch(() => undefined);
  return {
    reach(bytes) {
      reached = bytes;
      if (isAhead()) wake();
    },
    hex,
  };
}
