import { refused } from './reasons.ts';

/** At most `count` at a time, first come first served; a cancelled wait leaves the queue. */
export function createSlots(count: number): { take(signal?: AbortSignal): Promise<() => void> } {
  let free = count;
  const waiting: (() => void)[] = [];

  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  /** A slot is given back once, however often its holder says so. */
  const once = (): (() => void) => {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };

  const wait = (signal: AbortSignal | undefined): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const turn = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve(once());
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(refused('cancelled'));
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(turn);
    });

  return {
    take: async (signal) => {
      if (signal?.aborted === true) throw refused('cancelled');
      if (free === 0) return wait(signal);
      free -= 1;
      return once();
    },
  };
}
