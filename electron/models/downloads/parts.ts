/** Bytes of a part: large enough that a request for each costs nothing, small enough that two downloads share a line soon. */
export const partBytes = 16 * 2 ** 20;

const magic = Buffer.from('cloister-parts-1');
const headBytes = magic.length + 12;

/** Which bytes of a layer are there: of each part of fixed length, how many from its beginning on. */
export class Parts {
  readonly size: number;
  readonly count: number;
  readonly #received: Uint32Array;
  #done = 0;
  /** The first part that is not complete. */
  #first = 0;

  constructor(size: number, received?: Uint32Array) {
    this.size = size;
    this.count = Math.ceil(size / partBytes);
    this.#received = received ?? new Uint32Array(this.count);
    this.#done = this.#received.reduce((sum, bytes) => sum + bytes, 0);
    this.#advance();
  }

  /** A layer whose first bytes are there and nothing else. */
  static beginning(size: number, bytes: number): Parts {
    const parts = new Parts(size);
    for (let part = 0; part < parts.count; part += 1) {
      const here = Math.min(parts.length(part), Math.max(0, bytes - parts.start(part)));
      if (here > 0) parts.add(part, here);
    }
    return parts;
  }

  /** What `journal` wrote; null when it is of another layer, of another version, or says what cannot be. */
  static read(journal: Buffer, size: number): Parts | null {
    const count = Math.ceil(size / partBytes);
    if (
      !Number.isSafeInteger(size) ||
      journal.length !== headBytes + 4 * count ||
      !journal.subarray(0, magic.length).equals(magic)
    )
      return null;
    if (journal.readBigUInt64LE(magic.length) !== BigInt(size)) return null;
    if (journal.readUInt32LE(magic.length + 8) !== partBytes) return null;
    const received = Uint32Array.from({ length: count }, (_, part) => journal.readUInt32LE(headBytes + 4 * part));
    const parts = new Parts(size, received);
    return received.every((bytes, part) => bytes <= parts.length(part)) ? parts : null;
  }

  /** The sum of a journal's numbers; 0 when it is none. */
  static done(journal: Buffer): number {
    if (journal.length < headBytes) return 0;
    return Parts.read(journal, Number(journal.readBigUInt64LE(magic.length)))?.done ?? 0;
  }

  /** The whole journal: fixed length, one number for each part, so that a change is four bytes at a known place. */
  journal(): Buffer {
    const bytes = Buffer.alloc(headBytes + 4 * this.count);
    magic.copy(bytes);
    bytes.writeBigUInt64LE(BigInt(this.size), magic.length);
    bytes.writeUInt32LE(partBytes, magic.length + 8);
    this.#received.forEach((received, part) => bytes.writeUInt32LE(received, headBytes + 4 * part));
    return bytes;
  }

  /** Where one part's number stands in the journal: 32 bits, little endian. */
  entry = (part: number): number => headBytes + 4 * part;

  /** What is not there between two bytes of the layer, of each part at most one run. */
  missing(from: number, until: number): { part: number; start: number; end: number }[] {
    const runs = [];
    for (let part = Math.floor(from / partBytes); part < this.count && this.start(part) < until; part += 1) {
      const start = this.next(part);
      const end = Math.min(until, this.start(part) + this.length(part));
      if (start >= from && start < end) runs.push({ part, start, end });
    }
    return runs;
  }

  start = (part: number): number => part * partBytes;
  length = (part: number): number => Math.min(partBytes, this.size - this.start(part));
  received = (part: number): number => this.#received[part] ?? 0;
  isComplete = (part: number): boolean => this.received(part) === this.length(part);
  /** Where the next byte of a part goes. */
  next = (part: number): number => this.start(part) + this.received(part);

  get done(): number {
    return this.#done;
  }

  /** Bytes that are there from the layer's first on without a gap. */
  get prefix(): number {
    return this.#first === this.count ? this.size : this.next(this.#first);
  }

  /** The end of the last byte that is there. */
  get reach(): number {
    for (let part = this.count - 1; part >= 0; part -= 1) if (this.received(part) > 0) return this.next(part);
    return 0;
  }

  add(part: number, bytes: number): void {
    this.#received[part] = this.received(part) + bytes;
    this.#done += bytes;
    this.#advance();
  }

  #advance(): void {
    while (this.#first < this.count && this.isComplete(this.#first)) this.#first += 1;
  }
}
