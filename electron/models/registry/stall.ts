import { CloisterError } from '../../../shared/errors.ts';

/** A connection that sends nothing for so long is given up and made anew. */
const stallMilliseconds = 30_000;

/** A signal that ends a request whose body stalls, or when `outer` does. */
export function createStall(outer: AbortSignal | undefined, milliseconds = stallMilliseconds) {
  const stall = new AbortController();
  let isWaiting = false;

  /** Passes a body on. Only the registry's silence counts, not the time that the caller takes. */
  async function* watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const timer = setTimeout(() => {
      if (isWaiting) stall.abort(new CloisterError('timeout', 'The registry stopped sending.'));
      else timer.refresh();
    }, milliseconds);
    isWaiting = true;
    try {
      for await (const piece of body) {
        isWaiting = false;
        yield piece;
        timer.refresh();
        isWaiting = true;
      }
    } finally {
      clearTimeout(timer);
    }
  }
  return { signal: outer === undefined ? stall.signal : AbortSignal.any([outer, stall.signal]), watch };
}
