import { CloisterError } from '../../../shared/errors.ts';

/** A connection that sends nothing for so long is given up and made anew. */
const stallMilliseconds = 30_000;

/** Passes a body on; throws `timeout` when it stalls, and the signal's reason when it is aborted. */
export async function* untilStalled(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  milliseconds = stallMilliseconds,
): AsyncGenerator<Uint8Array> {
  const source: AsyncIterator<Uint8Array, unknown> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await beforeStall(source.next(), signal, milliseconds);
      if (done === true) return;
      yield value;
    }
  } finally {
    // A stalled source may never answer; nobody waits for it.
    source.return?.().catch(() => undefined);
  }
}

async function beforeStall<Value>(
  next: Promise<Value>,
  signal: AbortSignal | undefined,
  milliseconds: number,
): Promise<Value> {
  signal?.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal?.reason);
  const timer = setTimeout(() => reject(new CloisterError('timeout', 'The registry stopped sending.')), milliseconds);
  signal?.addEventListener('abort', stop, { once: true });
  next.catch(() => undefined);
  try {
    return await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
