import { randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '../../shared/errors.ts';
import type { ModelStore } from '../models/types.ts';

/** A file whose next piece does not come within this time makes room. Milliseconds. */
const abandonedAfter = 60_000;

interface Piece {
  readonly key: string;
  readonly name: string;
  readonly offset: number;
  readonly total: number;
  readonly bytes: Uint8Array;
}

interface Arriving {
  readonly key: string;
  readonly name: string;
  readonly total: number;
  readonly path: string;
  readonly file: FileHandle;
  received: number;
  heardAt: number;
}

const outOfOrder = (): CloisterError =>
  new CloisterError('conflict', 'The file arrived in the wrong order. Add it again.');

/**
 * Puts a dropped model together from its pieces, in quarantine's own folder: it is far too large for memory, and models are no
 * secret. One at a time; a piece out of order ends it.
 */
export function createModelUploads(store: Pick<ModelStore, 'incoming' | 'prepare'>, now: () => number = Date.now) {
  let arriving: Arriving | null = null;

  async function drop(): Promise<void> {
    const dropped = arriving;
    arriving = null;
    await dropped?.file.close();
    if (dropped !== null) await rm(dropped.path, { force: true });
  }

  async function begin({ key, name, total }: Piece): Promise<Arriving> {
    if (arriving !== null && now() - arriving.heardAt <= abandonedAfter)
      throw new CloisterError('busy', 'Another model is on its way in. Wait for it to end.');
    await drop();
    await store.prepare(total);
    const path = join(store.incoming, `.${randomBytes(8).toString('hex')}.copy`);
    arriving = { key, name, total, path, file: await open(path, 'wx', 0o600), received: 0, heardAt: now() };
    return arriving;
  }

  return {
    /** The path of the whole file when this was its last piece, else null. Whoever gets it removes it. */
    async add(piece: Piece): Promise<{ name: string; path: string } | null> {
      const current = piece.offset === 0 ? await begin(piece) : arriving;
      if (current?.key !== piece.key) throw outOfOrder();
      const fits = current.received === piece.offset && piece.offset + piece.bytes.length <= current.total;
      if (!fits || current.name !== piece.name || current.total !== piece.total) {
        await drop();
        throw outOfOrder();
      }
      current.received += piece.bytes.length;
      current.heardAt = now();
      await current.file.writev([piece.bytes], piece.offset);
      if (current.received < current.total) return null;
      arriving = null;
      await current.file.close();
      return { name: current.name, path: current.path };
    },
    clear: drop,
  };
}
