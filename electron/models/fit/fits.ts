import type { Hardware } from '../../../shared/contract/types.ts';
import { gigabytes } from '../sizes.ts';
import { totalNeeds, type Needs } from './estimate.ts';
import { freeOn, type Free } from './free.ts';

export type Place = 'gpu' | 'split' | 'cpu' | 'no';

export interface Fit {
  readonly fits: Place;
  /** A sentence with the numbers. */
  readonly reason: string;
  readonly needs: number;
  /** What there is for it where it would run; the most there is when it fits nowhere. */
  readonly free: number;
  /** Bytes of the model that the processor reads from memory. */
  readonly inMemory: number;
}

/** Below this part of the model, a graphics card does not help and is left alone. */
const usefulShare = 0.1;

/** Each card computes in buffers of its own: what cards have for weights, keys and values. */
const roomOn = (cards: readonly number[], overhead: number): number =>
  cards.reduce((sum, card) => sum + Math.max(0, card - overhead), 0);

/** Bytes that the model takes on as few cards as hold it, every card with its own buffers; null when all do not. */
function onCards(needs: Needs, cards: readonly number[]): number | null {
  const content = needs.weights + needs.kv;
  for (let count = 1; count <= cards.length; count++) {
    if (content <= roomOn(cards.slice(0, count), needs.overhead)) return content + count * needs.overhead;
  }
  return null;
}

/** Where a model runs, from its needs and what is free now. A model that fits nowhere is never tried. */
export function fits(needs: Needs, hardware: Hardware): Fit {
  const free = freeOn(hardware);
  const total = totalNeeds(needs);
  const whole = onCards(needs, free.cards);
  if (whole !== null) return answer('gpu', whole, free, 0);
  const room = roomOn(free.cards, needs.overhead);
  const rest = total - room;
  if (!free.shared && room >= total * usefulShare && rest <= free.memory) return answer('split', total, free, rest);
  return answer(total <= free.memory ? 'cpu' : 'no', total, free, total);
}

const freeFor = (place: Place, free: Free): number => {
  if (place === 'gpu') return free.gpu;
  return place === 'cpu' || free.shared ? free.memory : free.gpu + free.memory;
};

function answer(place: Place, total: number, free: Free, inMemory: number): Fit {
  return { fits: place, reason: reasonFor(place, total, free), needs: total, free: freeFor(place, free), inMemory };
}

function reasonFor(place: Place, total: number, free: Free): string {
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
    case 'no': {
      const most = freeFor('no', free);
      return `Too large by ${gigabytes(total - most)}: needs ${needs}, ${gigabytes(most)} free.${note}`;
    }
  }
}
