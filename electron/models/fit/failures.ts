interface Failure {
  readonly contextTokens: number;
  /** What was free then: bytes on cards and in memory together. */
  readonly free: number;
}

/** Memory has changed when this much more of it is free. */
const changed = { part: 0.1, bytes: 512 * 1024 * 1024 } as const;

export interface Failures {
  note(digest: string, contextTokens: number, free: number): void;
  /** Shortest context with which the model lately failed to load, while no more memory is free than then; else null. */
  shortestFailed(digest: string, free: number): number | null;
  /** The person asks again, or it was loaded after all. */
  forget(digest: string): void;
}

/** Loads that failed for want of memory, so that none is tried in a circle. Forgotten with this process. */
export function createFailures(): Failures {
  const failures = new Map<string, Failure>();
  return {
    note(digest, contextTokens, free) {
      const earlier = failures.get(digest)?.contextTokens ?? Infinity;
      failures.set(digest, { contextTokens: Math.min(earlier, contextTokens), free });
    },
    shortestFailed(digest, free) {
      const failure = failures.get(digest);
      if (failure === undefined) return null;
      const more = free - failure.free;
      if (more < changed.bytes && more < failure.free * changed.part) return failure.contextTokens;
      failures.delete(digest);
      return null;
    },
    forget: (digest) => void failures.delete(digest),
  };
}
