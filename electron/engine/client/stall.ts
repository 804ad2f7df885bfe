import { counted } from '../../../shared/counted.ts';
import { CloisterError } from '../../../shared/errors.ts';

/** How long the engine may say nothing. Milliseconds. */
export interface Patience {
  readonly firstToken: number;
  readonly nextToken: number;
  /** One call: this, and so much more for each text in it. */
  readonly embedding: number;
  readonly embeddedText: number;
}

export const patience: Patience = {
  // Forty gigabytes from a slow disk take five minutes, and reading 8,192 tokens at 30 a second as long again.
  firstToken: 600_000,
  // A model that swaps writes a token in seconds. A garbage collection, another program or a sleeping disk last no two minutes.
  nextToken: 120_000,
  // The embedding model is small; it may have to wait for a chat model to leave the memory. Two cores embed 25 texts a second.
  embedding: 120_000,
  embeddedText: 4_000,
};

const inWords = (milliseconds: number): string =>
  milliseconds >= 120_000
    ? counted(Math.round(milliseconds / 60_000), 'minute')
    : counted(Math.max(1, Math.round(milliseconds / 1000)), 'second');

const whatToDo = 'Try again. If it happens again, start the engine anew.';

export const neverBegan = (limit: number): CloisterError =>
  new CloisterError(
    'timeout',
    `The model has not begun to answer within ${inWords(limit)}. ${whatToDo} A smaller model begins sooner.`,
  );

export const wentSilent = (limit: number): CloisterError =>
  new CloisterError(
    'timeout',
    `The engine has written nothing for ${inWords(limit)}, so the answer was ended. ${whatToDo}`,
  );

export const neverEmbedded = (limit: number): CloisterError =>
  new CloisterError('timeout', `The engine has not answered within ${inWords(limit)}. ${whatToDo}`);

/** Ends a request on which the engine hangs. It runs only while the engine is waited for, never while the caller is. */
export class StallClock {
  readonly #stop = new AbortController();

  /** Aborts when time is up. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get hasStalled(): boolean {
    return this.#stop.signal.aborted;
  }

  /** What the engine answers within the limit, or the error. */
  async wait<Value>(answer: Promise<Value>, limit: number, late: (limit: number) => CloisterError): Promise<Value> {
    const over = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      over.reject(late(limit));
      this.#stop.abort();
    }, limit);
    try {
      return await Promise.race([answer, over.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same messages. A message without text is a sign of life too. */
  async *watch<Message>(messages: AsyncGenerator<Message>, given: Patience): AsyncGenerator<Message> {
    try {
      let next = await this.wait(messages.next(), given.firstToken, neverBegan);
      while (next.done !== true) {
        yield next.value;
        next = await this.wait(messages.next(), given.nextToken, wentSilent);
      }
    } finally {
      // One that hangs comes to its end by the signal.
      const left = messages.return(undefined);
      if (!this.hasStalled) await left;
      else left.catch(() => undefined);
    }
  }
}
