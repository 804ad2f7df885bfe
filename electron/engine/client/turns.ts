/**
 * One answer of a model at a time, first come first served. The engine works that way itself (`OLLAMA_NUM_PARALLEL` is 1:
 * the fit has counted the memory of one answer), and only who knows that nobody else is being answered can tell a slot
 * that is stuck from one that is busy.
 */
export class AnswerTurns {
  readonly #lasts = new Map<string, Promise<unknown>>();

  /** Resolves when it is this answer's turn, with the function that ends it, at once or after what is still to be done. */
  async take(model: string, signal: AbortSignal): Promise<(after?: Promise<unknown>) => void> {
    const before = this.#lasts.get(model) ?? Promise.resolve();
    const { promise: over, resolve } = Promise.withResolvers<unknown>();
    const mine = before.then(() => over);
    const end = (): void => resolve(null);
    this.#lasts.set(model, mine);
    void mine.then(() => {
      if (this.#lasts.get(model) === mine) this.#lasts.delete(model);
    });
    try {
      await untilAborted(before, signal);
    } catch (thrown) {
      end();
      throw thrown;
    }
    return (after) => void (after ?? Promise.resolve()).then(end, end);
  }
}

async function untilAborted(waited: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', leave);
  try {
    await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
