/** Seconds after which an old speed counts for a third. */
const memory = 4;

/** Bytes a second, smoothed: what a person sees must not jump with each packet. */
export interface Rate {
  /** `done`: bytes so far. `at`: milliseconds, monotonic. */
  note(done: number, at: number): void;
  perSecond(): number;
  /** Seconds until `left` more bytes are there; null while nothing moves. */
  remaining(left: number): number | null;
  /** After a pause nothing is known. */
  reset(): void;
}

export function createRate(): Rate {
  let first: number | null = null;
  let last: { readonly done: number; readonly at: number } | null = null;
  let smoothed: number | null = null;
  return {
    note(done, at) {
      if (last === null || first === null) {
        first = at;
        last = { done, at };
        return;
      }
      const seconds = (at - last.at) / 1000;
      // Too short a time says nothing.
      if (seconds < 0.1) return;
      const now = Math.max(0, done - last.done) / seconds;
      // At the beginning it is the plain average: the first moment counts no more than any other.
      const weight = Math.max(1 - Math.exp(-seconds / memory), (seconds * 1000) / (at - first));
      smoothed = (smoothed ?? 0) + weight * (now - (smoothed ?? 0));
      last = { done, at };
    },
    perSecond: () => smoothed ?? 0,
    remaining: (left) => (smoothed === null || smoothed < 1 ? null : Math.ceil(left / smoothed)),
    reset() {
      first = null;
      last = null;
      smoothed = null;
    },
  };
}
