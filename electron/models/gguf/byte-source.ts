import { isUtf8 } from 'node:buffer';
import { limits } from './limits.ts';
import { malformed } from './problems.ts';

/** As much of an open file as a header needs: `FileHandle`, or bytes that come through a pipe. */
export interface HeaderFile {
  read(into: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  stat(): Promise<{ readonly size: number }>;
}

const windowBytes = 256 * 1024;

/**
 * Reads little-endian values from the front of a file through a small window. `need` waits for the disk only when the window is
 * short, so that a million strings are walked without a million promises.
 */
export class ByteSource {
  readonly #file: HeaderFile;
  readonly #end: number;
  #window = Buffer.alloc(0);
  #at = 0;
  /** File offset of the window's first byte. */
  #base = 0;

  constructor(file: HeaderFile, fileBytes: number) {
    this.#file = file;
    this.#end = Math.min(fileBytes, limits.headerBytes);
  }

  get position(): number {
    return this.#base + this.#at;
  }

  has(bytes: number): boolean {
    return this.#window.length - this.#at >= bytes;
  }

  /** Throws when the header would reach past the file or past its limit. */
  async need(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    if (this.position + bytes > this.#end) throw malformed('header_length');
    const start = this.position;
    const wanted = Math.min(Math.max(bytes, windowBytes), this.#end - start);
    const next = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await this.#file.read(next, 0, wanted, start);
    if (bytesRead < bytes) throw malformed('cut_short');
    this.#window = next.subarray(0, bytesRead);
    this.#base = start;
    this.#at = 0;
  }

  /** The next bytes; call `need` first. A view: valid until the next `need`. */
  take(bytes: number): Buffer {
    const taken = this.#window.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    return taken;
  }

  async skip(bytes: number): Promise<void> {
    if (this.position + bytes > this.#end) throw malformed('header_length');
    if (this.has(bytes)) this.#at += bytes;
    else {
      this.#base = this.position + bytes;
      this.#window = Buffer.alloc(0);
      this.#at = 0;
    }
  }

  takeU32(): number {
    return this.take(4).readUInt32LE();
  }

  async u32(): Promise<number> {
    await this.need(4);
    return this.takeU32();
  }

  takeU64(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('length');
    return Number(value);
  }

  async u64(): Promise<number> {
    await this.need(8);
    return this.takeU64();
  }

  async string(maximum: number): Promise<string> {
    const length = await this.u64();
    if (length > maximum) throw malformed('text_length');
    await this.need(length);
    const bytes = this.take(length);
    if (!isUtf8(bytes)) throw malformed('text_encoding');
    return bytes.toString('utf8');
  }
}
