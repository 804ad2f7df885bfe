import { CloisterError } from '../../../shared/errors.ts';

export interface Line {
  /** A place in its turn, given back by calling what it returns, once. Throws `busy` when the line is too long, and what the signal was aborted with. */
  wait(who: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly enter: () => void;
}

/** Places, and a line before them in which everybody has one turn, then everybody the next one. */
export function createLine(limits: { places: number; longest: number; longestOfOne: number }): Line {
  /** By who waits, in the order of their next turns. */
  const waiting = new Map<string, Waiting[]>();
  let taken = 0;
  let length = 0;

  const place = (): (() => void) => {
    taken += 1;
    let isReturned = false;
    return () => {
      if (isReturned) return;
      isReturned = true;
      taken -= 1;
      callNext();
    };
  };

  const callNext = (): void => {
    for (const [who, own] of waiting) {
      const next = own.shift();
      waiting.delete(who);
      if (own.length > 0) waiting.set(who, own);
      if (next === undefined) continue;
      length -= 1;
      next.enter();
      return;
    }
  };

  const leave = (who: string, left: Waiting): void => {
    const own = waiting.get(who);
    const at = own?.indexOf(left) ?? -1;
    if (own === undefined || at < 0) return;
    own.splice(at, 1);
    length -= 1;
    if (own.length === 0) waiting.delete(who);
  };

  const queue = (who: string, signal: AbortSignal): Promise<() => void> => {
    const own = waiting.get(who) ?? [];
    if (length >= limits.longest || own.length >= limits.longestOfOne) {
      throw new CloisterError('busy', 'Too many requests wait already. Try again later.', {
        detail: { waiting: length },
      });
    }
    return new Promise((resolve, reject) => {
      const mine: Waiting = {
        enter() {
          signal.removeEventListener('abort', abort);
          resolve(place());
        },
      };
      const abort = (): void => {
        leave(who, mine);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      own.push(mine);
      length += 1;
      waiting.set(who, own);
    });
  };

  return {
    async wait(who, signal) {
      signal.throwIfAborted();
      return taken < limits.places && length === 0 ? place() : queue(who, signal);
    },
  };
}
