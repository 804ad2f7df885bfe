import { CloisterError } from '../../shared/errors.ts';

/** Bytes of one file; the same limit as for files taken in by path. */
const maximumFile = 100 * 1024 * 1024;
/** Files arriving at the same time. */
const maximumParallel = 4;
/** A file whose next piece does not come within this time makes room. Milliseconds. */
const abandonedAfter = 60_000;

interface Arriving {
  readonly name: string;
  readonly bytes: Uint8Array;
  received: number;
  heardAt: number;
}

/** Puts dropped files together from their pieces, in memory only. A piece out of order ends that file. */
export function createUploads(now: () => number = Date.now) {
  const arriving = new Map<string, Arriving>();
  const dropAbandoned = (): void => {
    for (const [key, file] of arriving) if (now() - file.heardAt > abandonedAfter) arriving.delete(key);
  };
  return {
    /** The whole file when this was its last piece, else null. */
    add(piece: {
      key: string;
      name: string;
      offset: number;
      total: number;
      bytes: Uint8Array;
    }): { name: string; bytes: Uint8Array } | null {
      if (piece.total > maximumFile) throw new CloisterError('too_large', 'Files over 100 MB are not taken in.');
      if (piece.offset === 0) {
        dropAbandoned();
        if (arriving.size >= maximumParallel)
          throw new CloisterError('conflict', 'Too many files are arriving at once.');
        arriving.set(piece.key, { name: piece.name, bytes: new Uint8Array(piece.total), received: 0, heardAt: now() });
      }
      const file = arriving.get(piece.key);
      if (
        file?.received !== piece.offset ||
        file.name !== piece.name ||
        piece.offset + piece.bytes.length > file.bytes.length
      ) {
        arriving.delete(piece.key);
        throw new CloisterError('conflict', 'The file arrived in the wrong order. Add it again.');
      }
      file.bytes.set(piece.bytes, piece.offset);
      file.received += piece.bytes.length;
      file.heardAt = now();
      if (file.received < file.bytes.length) return null;
      arriving.delete(piece.key);
      return { name: file.name, bytes: file.bytes };
    },
    clear: (): void => arriving.clear(),
  };
}
