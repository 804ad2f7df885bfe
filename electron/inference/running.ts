import { setTimeout as sleep } from 'node:timers/promises';

/** A caller that stopped reading keeps its request open; locking does not wait longer than this for it. Milliseconds. */
const longestWait = 2_000;

export interface RunningRequest {
  /** Aborts when the caller's does, or when everything is stopped. */
  readonly signal: AbortSignal;
  /** Stopped, and not waited for: the record was closed without it, and will call it interrupted. */
  readonly isGivenUp: boolean;
  /** It is in the record. */
  end(): void;
}

class Request implements RunningRequest {
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<undefined>();
  readonly signal: AbortSignal;
  isGivenUp = false;

  constructor(caller: AbortSignal) {
    this.signal = AbortSignal.any([caller, this.#stop.signal]);
  }

  end(): void {
    this.#ended.resolve(undefined);
  }

  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  stop(): void {
    this.#stop.abort();
  }
}

/** The requests under way, so that all of them can be ended. */
export function createRunning() {
  const running = new Set<Request>();
  return {
    begin(caller: AbortSignal): RunningRequest {
      const request = new Request(caller);
      running.add(request);
      void request.ended.then(() => running.delete(request));
      return request;
    },
    async stopAll(): Promise<void> {
      for (const request of running) request.stop();
      const waiting = new AbortController();
      const late = sleep(longestWait, undefined, { signal: waiting.signal }).catch(() => undefined);
      await Promise.race([Promise.all([...running].map(({ ended }) => ended)), late]);
      waiting.abort();
      for (const request of running) request.isGivenUp = true;
      running.clear();
    },
  };
}
