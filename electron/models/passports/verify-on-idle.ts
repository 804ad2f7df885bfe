import { setTimeout as sleep } from 'node:timers/promises';
import type { Models } from '../types.ts';

/** How the time of a computer that has nothing else to do is used. Milliseconds. */
export interface Idling {
  /** Between two looks for something to do. */
  readonly lookEvery: number;
  /** A model is hashed again after so long. */
  readonly dueAfter: number;
  /** After each 4 MiB: at most a hundred megabytes a second, and a processor that is mostly free. */
  readonly rest: number;
  /** Between two looks whether the work that runs has ended. */
  readonly waitFor: number;
}

const usual: Idling = { lookEvery: 60_000, dueAfter: 24 * 3_600_000, rest: 40, waitFor: 1_000 };

interface IdleDeps {
  readonly models: Pick<Models, 'store' | 'passports'>;
  /** Something runs: hashing waits where it is, and goes on there. */
  readonly isBusy: () => boolean;
  readonly signal: AbortSignal;
  readonly warn: (what: string, thrown: unknown) => void;
  readonly idling?: Partial<Idling>;
  readonly now?: () => number;
}

/**
 * Hashes the models that may run, one after the other and slowly, while nothing else runs, until it is stopped. A byte that differs
 * takes the model out of use, is recorded and told like one that a load finds.
 */
export async function verifyOnIdle(deps: IdleDeps): Promise<void> {
  const { models, isBusy, signal, warn, now = Date.now } = deps;
  const { lookEvery, dueAfter, rest, waitFor } = { ...usual, ...deps.idling };
  const untilIdle = async (): Promise<void> => {
    while (isBusy()) await sleep(waitFor, undefined, { signal });
  };
  const pace = async (): Promise<void> => {
    await sleep(rest, undefined, { signal });
    await untilIdle();
  };
  /** The vault's word of when, for the file beside the models could be edited. */
  const lastVerified = async (name: string): Promise<number> => {
    const { verifications } = await models.passports.passport(name);
    return Date.parse(verifications.at(-1)?.at ?? '') || 0;
  };
  const verifyDue = async (): Promise<void> => {
    for (const { name, state } of await models.store.list()) {
      if (state !== 'approved' || now() - (await lastVerified(name)) < dueAfter) continue;
      await models.passports.verifyOne(name, { signal, pace }).catch((thrown: unknown) => {
        signal.throwIfAborted();
        warn('verification on idle', thrown);
      });
    }
  };
  for (;;) {
    try {
      await sleep(lookEvery, undefined, { signal });
      await untilIdle();
      await verifyDue();
    } catch (thrown) {
      if (signal.aborted) return;
      warn('verification on idle', thrown);
    }
  }
}
