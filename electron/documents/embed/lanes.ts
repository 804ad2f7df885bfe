import type { Embedder } from '../types.ts';
import { throwIfCancelled } from './embed-all.ts';

/** The engine works on one call after the other, in the order in which they came. */
export interface EmbeddingLanes {
  /** For a person who waits: starts at once. */
  readonly questions: Embedder;
  /** For passages that wait for a vector: no call is begun while a question is being worked on. */
  readonly passages: Embedder;
}

export function createEmbeddingLanes(embedder: Embedder): EmbeddingLanes {
  let asked = 0;
  const waiting: ((free: null) => void)[] = [];

  const question = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    asked += 1;
    try {
      return await work();
    } finally {
      asked -= 1;
      if (asked === 0) for (const goOn of waiting.splice(0)) goOn(null);
    }
  };

  const quiet = async (signal: AbortSignal | undefined): Promise<void> => {
    while (asked > 0 && signal?.aborted !== true) {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      waiting.push(resolve);
      const leave = (): void => resolve(null);
      signal?.addEventListener('abort', leave);
      await promise;
      signal?.removeEventListener('abort', leave);
    }
    throwIfCancelled(signal);
  };

  return {
    questions: { ...embedder, embed: (texts, signal) => question(() => embedder.embed(texts, signal)) },
    passages: {
      ...embedder,
      embed: async (texts, signal) => {
        await quiet(signal);
        return embedder.embed(texts, signal);
      },
    },
  };
}
