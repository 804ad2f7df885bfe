/** Work under the same key runs one after the other; under different keys at once. A signal ends the waiting, not the work. */
export type Turns<Key> = <Value>(key: Key, signal: AbortSignal, work: () => Promise<Value>) => Promise<Value>;

export function createTurns<Key>(): Turns<Key> {
  const last = new Map<Key, Promise<unknown>>();

  return async function during<Value>(key: Key, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const before = last.get(key) ?? Promise.resolve();
    const turn = Promise.withResolvers<undefined>();
    const mine = before.then(() => turn.promise);
    last.set(key, mine);
    void mine.then(() => {
      if (last.get(key) === mine) last.delete(key);
    });
    try {
      await untilAborted(before, signal);
      return await work();
    } finally {
      turn.resolve(undefined);
    }
  };
}

async function untilAborted(waited: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([waited, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
