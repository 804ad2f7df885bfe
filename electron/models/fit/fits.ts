import type { Hardware } from '../../../shared/contract/types.ts';
import { gigabytes } from '../sizes.ts';
import { totalNeeds, type Needs } from './estimate.ts';
import { freeOn, type Free } from './free.ts';

interface Fit {
  readonly fits: 'gpu' | 'split' | 'cpu' | 'no';
  /** A sentence with the numbers. */
  readonly reason: string;
  readonly needs: number;
  /** Most that this computer has to offer now. */
  readonly free: number;
}

/** Below this part of the model, a graphics card does not help and is left alone. */
const usefulShare = 0.1;

/** Where a model runs, from its needs and what is free now. A model that fits nowhere is never tried. */
export function fits(needs: Needs, hardware: Hardware): Fit {
  const free = freeOn(hardware);
  const total = totalNeeds(needs);
  const place = placeOf(total, free);
  return { fits: place, reason: reasonFor(place, total, free), needs: total, free: mostFree(free) };
}

const mostFree = (free: Free): number => (free.shared ? free.memory : free.gpu + free.memory);

function placeOf(total: number, free: Free): Fit['fits'] {
  if (free.card !== null && total <= free.gpu) return 'gpu';
  const helps = !free.shared && free.gpu >= total * usefulShare;
  if (helps && total <= free.gpu + free.memory) return 'split';
  return total <= free.memory ? 'cpu' : 'no';
}

function reasonFor(place: Fit['fits'], total: number, free: Free): string {
  const needs = gigabytes(total);
  const note =
    free.unknownCards.length > 0 ? ` ${free.unknownCards.join(', ')} does not say how much memory is free.` : '';
  switch (place) {
    case 'gpu':
      return `Needs ${needs}, ${gigabytes(free.gpu)} free on ${free.card ?? 'the graphics card'}.`;
    case 'split':
      return `Needs ${needs}: ${gigabytes(free.gpu)} on ${free.card ?? 'the graphics card'} and the rest in memory, which is slower.`;
    case 'cpu':
      return `Needs ${needs}, ${gigabytes(free.memory)} of memory free; runs on the processor.${note}`;
    case 'no':
      return `Too large by ${gigabytes(total - mostFree(free))}: needs ${needs}, ${gigabytes(mostFree(free))} free.${note}`;
  }
}
