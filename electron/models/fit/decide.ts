import type { Hardware } from '../../../shared/contract/types.ts';
import type { Needs } from './estimate.ts';
import { fits, type Fit, type Place } from './fits.ts';

export interface Step {
  readonly contextTokens: number;
  readonly needs: Needs;
}

export interface Question {
  /** Lengths of context that are of use, longest first, with what each needs. */
  readonly steps: readonly Step[];
  /** As it is, but for what the model itself occupies already. */
  readonly now: Hardware;
  /** After everything else that the engine holds is unloaded. */
  readonly emptied: Hardware;
  readonly allowed: { readonly cpu: boolean; readonly split: boolean };
}

export type Decision =
  | { readonly fits: true; readonly contextTokens: number; readonly fit: Fit; readonly emptied: boolean }
  /** `why`: too large, or a place that policy does not allow. */
  | { readonly fits: false; readonly fit: Fit; readonly why: 'size' | 'cpu' | 'split' };

const rank: Readonly<Record<Place, number>> = { gpu: 0, split: 1, cpu: 2, no: 3 };

const nothing: Fit = { fits: 'no', reason: 'No context is short enough.', needs: 0, free: 0, inMemory: 0 };

/**
 * The longest context in the best place the model can have: a shorter context on the card before a longer one beside it.
 * What is loaded stays where that costs nothing.
 */
export function decide({ steps, now, emptied, allowed }: Question): Decision {
  const mayRun = ({ fit }: { fit: Fit }): boolean =>
    fit.fits !== 'no' && (fit.fits !== 'cpu' || allowed.cpu) && (fit.fits !== 'split' || allowed.split);
  const after = steps.map((step) => ({ ...step, fit: fits(step.needs, emptied) }));
  const able = after.filter(mayRun);
  const shortest = after.at(-1)?.fit ?? nothing;
  const best = Math.min(...able.map(({ fit }) => rank[fit.fits]));
  const chosen = able.find(({ fit }) => rank[fit.fits] === best);
  if (chosen === undefined) {
    const why = shortest.fits === 'cpu' || shortest.fits === 'split' ? shortest.fits : 'size';
    return { fits: false, fit: shortest, why };
  }
  const before = fits(chosen.needs, now);
  const fitsBeside = before.fits === chosen.fit.fits;
  return {
    fits: true,
    contextTokens: chosen.contextTokens,
    fit: fitsBeside ? before : chosen.fit,
    emptied: !fitsBeside,
  };
}
