import type { InferencePath } from '../inference/types.ts';

/** Counts the work that a lock would cut off: calls, questions, files being taken in and understood. */
export interface UnderWay {
  readonly isBusy: boolean;
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The same path, each of whose requests counts from its first step to its last. */
  counting(path: InferencePath): InferencePath;
}

export function createUnderWay(): UnderWay {
  let count = 0;
  async function* counted<T>(steps: AsyncIterable<T>): AsyncGenerator<T> {
    count += 1;
    try {
      yield* steps;
    } finally {
      count -= 1;
    }
  }
  return {
    get isBusy() {
      return count > 0;
    },
    during: async (work) => {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
      }
    },
    counting: (path) => ({ ...path, run: (request, signal) => counted(path.run(request, signal)) }),
  };
}
