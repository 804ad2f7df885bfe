import { CloisterError } from '../../../shared/errors.ts';
import { createLine } from './line.ts';
import type { Work } from '../types.ts';

/** Answers written at the same time. The engine shares the machine; more only makes each of them slower. */
export const maximumConcurrent = 4;

/** Requests of other programs that wait, all together; and of one of them. */
const longestLine = 256;
const longestOfOne = 128;

export interface Budget {
  /**
   * Takes a place, or throws `busy`. Programs have places of their own, so that a person never waits for all of theirs: a
   * person is told at once that other answers are written, a program waits in line. The place is given back by calling what
   * it returns, once.
   */
  take(work: Pick<Work, 'request' | 'caller' | 'signal'>): Promise<() => void>;
}

/** How much. Each request holds one place from here to its entry in the record. */
export function createBudget(maximum: number = maximumConcurrent): Budget {
  const line = createLine({ places: maximum, longest: longestLine, longestOfOne });
  let taken = 0;
  return {
    async take({ request, caller, signal }) {
      if (request.origin === 'gateway') return line.wait(caller?.client ?? '', signal);
      if (taken >= maximum) {
        throw new CloisterError('busy', 'Other answers are being written. Try again when one is done.', {
          detail: { running: taken },
        });
      }
      taken += 1;
      let returned = false;
      return () => {
        if (!returned) taken -= 1;
        returned = true;
      };
    },
  };
}
