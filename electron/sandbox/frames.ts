/** One length in four bytes, big-endian, then that many bytes: how request and reply cross the pipes. */
export const frameHeaderBytes = 4;

export function frameHeader(length: number): Buffer {
  const header = Buffer.allocUnsafe(frameHeaderBytes);
  header.writeUInt32BE(length);
  return header;
}

type FrameState = 'incomplete' | 'complete' | 'invalid';

/** Collects one frame of at most `limit` bytes. Anything after its end makes it invalid. */
export class FrameCollector {
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #received = 0;
  #expected: number | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(part: Buffer): FrameState {
    this.#parts.push(part);
    this.#received += part.length;
    if (this.#expected === null && this.#received >= frameHeaderBytes) {
      this.#expected = Buffer.concat(this.#parts).readUInt32BE(0);
    }
    return this.#state();
  }

  /** The payload, once `push` has said `complete`. */
  payload(): Buffer {
    return Buffer.concat(this.#parts).subarray(frameHeaderBytes);
  }

  #state(): FrameState {
    if (this.#expected === null) return 'incomplete';
    if (this.#expected > this.#limit || this.#received > this.#expected + frameHeaderBytes) return 'invalid';
    return this.#received === this.#expected + frameHeaderBytes ? 'complete' : 'incomplete';
  }
}
