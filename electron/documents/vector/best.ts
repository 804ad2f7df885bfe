export interface Scored {
  readonly chunk: number;
  readonly score: number;
}

/** Best first; equal scores in the order of their ids, so that the same search always answers the same. */
export const byScore = (a: Scored, b: Scored): number => b.score - a.score || a.chunk - b.chunk;

/** Keeps the best `limit` of many: a heap with the worst of them on top. */
export class Best {
  readonly #limit: number;
  readonly #heap: Scored[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A score must be above this to matter. */
  get threshold(): number {
    return this.#heap.length < this.#limit ? -Infinity : (this.#heap[0]?.score ?? Infinity);
  }

  offer(chunk: number, score: number): void {
    if (this.#heap.length < this.#limit) this.#rise({ chunk, score });
    else if (this.#limit > 0 && byScore({ chunk, score }, this.#at(0)) < 0) this.#sink({ chunk, score });
  }

  sorted(): Scored[] {
    return this.#heap.toSorted(byScore);
  }

  #at(place: number): Scored {
    const found = this.#heap[place];
    if (found === undefined) throw new RangeError('Outside the heap.');
    return found;
  }

  #rise(item: Scored): void {
    let place = this.#heap.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (byScore(this.#at(parent), item) >= 0) break;
      this.#heap[place] = this.#at(parent);
      place = parent;
    }
    this.#heap[place] = item;
  }

  #sink(item: Scored): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && byScore(this.#at(child + 1), this.#at(child)) > 0) child += 1;
      if (byScore(item, this.#at(child)) >= 0) break;
      this.#heap[place] = this.#at(child);
      place = child;
    }
    this.#heap[place] = item;
  }
}
