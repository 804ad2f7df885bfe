import { writeSync } from 'node:fs';
import { ExchangeError } from './failures.ts';
import type { Saving } from './messages.ts';

/** Writes a body where it belongs. Synchronously: this thread does nothing else, and no bytes are copied for another one. */
export class Saver {
  readonly #saving: Saving;
  readonly #noted = Buffer.alloc(4);
  /** The file's byte that comes next. */
  #at: number;
  /** The run that it is in or before. */
  #run = 0;

  constructor(saving: Saving) {
    this.#saving = saving;
    this.#at = saving.from;
  }

  /** Bytes of the body that are dealt with. */
  get done(): number {
    return this.#at - this.#saving.from;
  }

  /** Throws what the disk says; what was written before is noted. */
  write(piece: Buffer): void {
    const { until, kept } = this.#saving;
    if (this.#at + piece.length > until)
      throw new ExchangeError('too_much', 'The server sent more than was asked for.');
    for (let rest = piece; rest.length > 0;) {
      const run = kept[this.#run];
      if (run !== undefined && this.#at >= run.end) {
        this.#run += 1;
        continue;
      }
      const isKept = run !== undefined && this.#at >= run.start;
      const end = isKept ? run.end : (run?.start ?? until);
      const here = rest.subarray(0, end - this.#at);
      if (isKept) this.#keep(here);
      else this.#at += here.length;
      rest = rest.subarray(here.length);
    }
  }

  /** The system may take fewer bytes than it was given: on a disk that fills it takes the last ones that fit. */
  #keep(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      const written = writeSync(this.#saving.descriptor, bytes, done, bytes.length - done, this.#at);
      done += written;
      this.#at += written;
      this.#note();
    }
  }

  /** After the bytes, so that the note never says more than is true. */
  #note(): void {
    const { notes, kept } = this.#saving;
    const note = kept[this.#run]?.note ?? null;
    if (notes === null || note === null) return;
    this.#noted.writeUInt32LE(this.#at - note.base);
    writeSync(notes, this.#noted, 0, this.#noted.length, note.position);
  }
}
