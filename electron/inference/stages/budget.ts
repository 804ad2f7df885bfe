import { CloisterError } from '../../../shared/errors.ts';

/** Answers written at the same time. The engine shares the machine; more only makes each of them slower. */
export const maximumConcurrent = 4;

export interface Budget {
  /** Takes a place or throws `busy`. The place is given back by calling what it returns, once. */
  take(): () => void;
}

/** How much. Each request holds one place from here to its entry in the record. */
export function createBudget(maximum: number = maximumConcurrent): Budget {
  let taken = 0;
  return {
    take() {
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
