import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';

/** Files held open for the viewer at once; the longest unused is closed. */
const mostOpen = 4;

export type FileState = 'same' | 'file_moved' | 'file_changed';

interface Held {
  readonly handle: FileHandle;
  readonly modified: number;
  readonly size: number;
}

/**
 * Files whose bytes were hashed once when they were opened and found to be those that were indexed. What is read later
 * comes from the same open file, so nothing can be put in its place between the check and the reading.
 */
export class OpenFiles {
  readonly #held = new Map<string, Held>();

  async open(id: string, path: string, sha256: string): Promise<FileState> {
    await this.close(id);
    const handle = await openRegular(path);
    if (handle === null) return 'file_moved';
    try {
      const before = await handle.stat();
      const hash = await hashOf(handle);
      if (hash === sha256 && (await handle.stat()).mtimeMs === before.mtimeMs) {
        this.#held.set(id, { handle, modified: before.mtimeMs, size: before.size });
        await this.#shrink();
        return 'same';
      }
    } catch {
      // A file that cannot be read to its end is not the one that was indexed.
    }
    await handle.close();
    return 'file_changed';
  }

  isOpen(id: string): boolean {
    return this.#held.has(id);
  }

  /** Null when the file was written to since it was checked. */
  async read(
    id: string,
    offset: number,
    length: number,
  ): Promise<{ bytes: Uint8Array<ArrayBuffer>; total: number } | null> {
    const held = this.#held.get(id);
    if (held === undefined) return null;
    const bytes = new Uint8Array(Math.max(0, Math.min(length, held.size - offset)));
    const { bytesRead } = await held.handle.read(bytes, 0, bytes.byteLength, offset);
    const now = await held.handle.stat();
    if (bytesRead === bytes.byteLength && now.mtimeMs === held.modified && now.size === held.size)
      return { bytes, total: held.size };
    await this.close(id);
    return null;
  }

  async close(id: string): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    await held?.handle.close();
  }

  async closeAll(): Promise<void> {
    for (const id of [...this.#held.keys()]) await this.close(id);
  }

  async #shrink(): Promise<void> {
    const [oldest] = this.#held.keys();
    if (this.#held.size > mostOpen && oldest !== undefined) await this.close(oldest);
  }
}

async function openRegular(path: string): Promise<FileHandle | null> {
  try {
    const handle = await open(await realpath(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch {
    // Moved, deleted, unplugged, or no longer allowed: the text in the vault is shown, and the notice says so.
    return null;
  }
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const piece = new Uint8Array(1024 * 1024);
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(piece, 0, piece.byteLength, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}
