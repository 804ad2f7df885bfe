import { setTimeout as wait } from 'node:timers/promises';

/** A request without a token by then has stalled: counted, named, and its pair left out. Milliseconds. */
export const stalled = 10_000;
/** Pairs measured: as many as there is time for, between these. */
const pairs = { least: 60, most: 150 } as const;
const enoughTime = 90_000;
const warmUp = 10;
/** So that the record's writing and the engine's tidying of one answer do not fall into the next. Milliseconds. */
const pause = 20;

/** Milliseconds until the first token of the answer to this text. */
export type Way = (text: string, signal: AbortSignal) => Promise<number>;

interface Pair {
  readonly ours: number;
  readonly direct: number;
}

interface Alternated {
  readonly measured: readonly Pair[];
  readonly stalls: Record<keyof Pair, number>;
}

type Ways = Record<keyof Pair, Way>;

/** Each way first in every other pair: what one leaves warm or busy for the next falls on both alike. */
async function alternate(
  ways: Ways,
  textOf: (index: number) => string,
  count: typeof pairs | typeof warmUp,
  from: number,
): Promise<Alternated> {
  const [least, most] = typeof count === 'number' ? [count, count] : [count.least, count.most];
  const measured: Pair[] = [];
  const stalls = { ours: 0, direct: 0 };
  const one = async (way: keyof Pair, index: number): Promise<number | null> => {
    await wait(pause);
    const signal = AbortSignal.timeout(stalled);
    try {
      return await ways[way](textOf(index), signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      stalls[way] += 1;
      return null;
    }
  };
  const until = performance.now() + enoughTime;
  for (let pair = 0; pair < most && (pair < least || performance.now() < until); pair += 1) {
    const order = pair % 2 === 0 ? (['direct', 'ours'] as const) : (['ours', 'direct'] as const);
    const found: Partial<Record<keyof Pair, number | null>> = {};
    for (const [at, way] of order.entries()) found[way] = await one(way, from + 2 * pair + at);
    const { ours, direct } = found;
    if (typeof ours === 'number' && typeof direct === 'number') measured.push({ ours, direct });
  }
  return { measured, stalls };
}

/** Both ways by turns, once warm. `textOf`: as long for every index, and never the same. */
export async function byTurns(ways: Ways, textOf: (index: number) => string): Promise<Alternated> {
  await alternate(ways, textOf, warmUp, 0);
  return alternate(ways, textOf, pairs, 2 * warmUp);
}
