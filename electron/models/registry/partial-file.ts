import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { digestOfHex } from '../digests.ts';
import { fromFileSystem, identityOf } from '../store/files.ts';
import type { Layer } from '../store/manifest.ts';
import { incomingName, type Arrived } from '../store/promote.ts';

const blockBytes = 1 << 20;

const notAsAnnounced = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'A layer that arrived is not what its manifest says. It was thrown away; try again.',
  );

/** A layer on its way in: what is there already is hashed again, then each piece is written and hashed together. */
export class PartialFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #layer: Layer;
  #hash: Hash = createHash('sha256');
  #done = 0;

  private constructor(path: string, file: FileHandle, layer: Layer) {
    this.#path = path;
    this.#file = file;
    this.#layer = layer;
  }

  static async open(incoming: string, layer: Layer): Promise<PartialFile> {
    const path = join(incoming, incomingName(layer.digest));
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const partial = new PartialFile(path, file, layer);
    await partial.#readBack();
    return partial;
  }

  get done(): number {
    return this.#done;
  }

  isComplete(): boolean {
    return this.#done === this.#layer.size;
  }

  async #readBack(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size > this.#layer.size) return this.restart();
    const block = Buffer.allocUnsafe(blockBytes);
    while (this.#done < size) {
      const { bytesRead } = await this.#file.read(block, 0, block.length, this.#done);
      if (bytesRead === 0) break;
      this.#hash.update(block.subarray(0, bytesRead));
      this.#done += bytesRead;
    }
  }

  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#hash = createHash('sha256');
    this.#done = 0;
  }

  /** Refuses the first byte past the announced length, before it is written. */
  async append(piece: Uint8Array): Promise<void> {
    if (this.#done + piece.length > this.#layer.size) throw await this.#discard();
    try {
      await this.#file.writev([piece], this.#done);
    } catch (thrown) {
      throw fromFileSystem(thrown);
    }
    this.#hash.update(piece);
    this.#done += piece.length;
  }

  /** Synced to disk and equal to its digest, or gone. */
  async finish(): Promise<Arrived> {
    if (digestOfHex(this.#hash.digest('hex')) !== this.#layer.digest) throw await this.#discard();
    await this.#file.sync();
    return { digest: this.#layer.digest, identity: identityOf(await this.#file.stat({ bigint: true })) };
  }

  async #discard(): Promise<CloisterError> {
    await rm(this.#path, { force: true });
    return notAsAnnounced();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
