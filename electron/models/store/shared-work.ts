/**
 * Lets callers who want the same result share one piece of work. Each may stop waiting by its own signal; when the last one has,
 * the work itself is stopped.
 */
export function createSharedWork<Result>() {
  const running = new Map<string, { promise: Promise<Result>; controller: AbortController; waiting: number }>();

  const begin = (key: string, work: (signal: AbortSignal) => Promise<Result>) => {
    const controller = new AbortController();
    const promise = work(controller.signal).finally(() => running.delete(key));
    promise.catch(() => undefined);
    const entry = { promise, controller, waiting: 0 };
    running.set(key, entry);
    return entry;
  };

  return async function share(
    key: string,
    work: (signal: AbortSignal) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const entry = running.get(key) ?? begin(key, work);
    entry.waiting += 1;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    const stop = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([entry.promise, aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', stop);
      entry.waiting -= 1;
      if (entry.waiting === 0) entry.controller.abort(signal?.reason);
    }
  };
}
