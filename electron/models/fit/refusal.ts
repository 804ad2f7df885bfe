import type { Candidate, Hardware } from '../../../shared/contract/types.ts';
import { gigabytes } from '../sizes.ts';
import type { Sizing } from './estimate.ts';
import type { Fit } from './fits.ts';
import { freeOn } from './free.ts';
import { speedInWords } from './speed.ts';

/** Why a model is not loaded, and what would help. Sizes in bytes. */
export interface Refusal {
  /** Sentences with numbers. */
  readonly reason: string;
  readonly needs: number;
  readonly free: number;
  /** The best model that does fit, by its name. */
  readonly suggestion: string | null;
  /** It is installed already. */
  readonly suggestionIsHere: boolean;
}

type Holder = NonNullable<Hardware['memory']['holders']>[number];

interface Circumstances {
  readonly fit: Fit;
  readonly sizing: Sizing;
  readonly parameters: number;
  readonly hardware: Hardware;
  readonly holders: readonly Holder[];
  /** Installed models that may run, judged now. */
  readonly installed: readonly Candidate[];
  /** The catalogue, best first. */
  readonly catalogue: readonly Candidate[];
}

const bitsOf = (sizing: Sizing, parameters: number): number => (sizing.weightBytes * 8) / Math.max(1, parameters);

/** What four bits take on average with their scales: Q4_K_M. */
const fourBits = 4.9;
/** Above this, four bits are worth looking for. */
const manyBits = 5.7;

function smallerQuantization({ fit, sizing, parameters }: Circumstances): string[] {
  if (bitsOf(sizing, parameters) < manyBits) return [];
  const needs = fit.needs - sizing.weightBytes + (parameters * fourBits) / 8;
  if (needs > fit.free) return [];
  return [`In 4 bits the same model would need about ${gigabytes(needs)}.`];
}

/** Programs whose end would make the room, fewest first. */
function freeing({ fit, hardware, holders }: Circumstances): string[] {
  const onCards = freeOn(hardware).card === null ? [] : hardware.gpus.flatMap((gpu) => gpu.holders ?? []);
  const missing = fit.needs - fit.free;
  const all = [...onCards, ...holders].sort((left, right) => right.bytes - left.bytes).slice(0, 3);
  const enough = all.find(({ bytes }) => bytes >= missing);
  if (enough !== undefined) return [`Closing ${enough.name}, which holds ${gigabytes(enough.bytes)}, would make room.`];
  if (all.length === 0 || all.reduce((sum, { bytes }) => sum + bytes, 0) < missing) return [];
  return [`Closing ${all.map(({ name, bytes }) => `${name} (${gigabytes(bytes)})`).join(' and ')} would make room.`];
}

function bestThatFits({ installed, catalogue }: Circumstances): { candidate: Candidate; isHere: boolean } | null {
  const here = installed
    .filter(({ fits }) => fits !== 'no')
    .sort((left, right) => right.needs.weights - left.needs.weights)[0];
  if (here !== undefined) return { candidate: here, isHere: true };
  const fitting = catalogue.filter(({ fits }) => fits !== 'no');
  const proposed =
    fitting.find(({ role }) => role === 'best') ?? fitting.find(({ role }) => role !== null) ?? fitting[0];
  return proposed === undefined ? null : { candidate: proposed, isHere: false };
}

const notAllowed = {
  cpu: 'models on the processor',
  split: 'models that are only in part on the graphics card',
} as const;

/** The numbers, and what else keeps it from being loaded. `speed`: tokens a second that it would have reached. */
export function firstSentences(reason: string, why: 'size' | 'cpu' | 'split' | 'failed', speed: number | null): string {
  if (why === 'failed') return 'The engine could not get the memory for it, and no more is free since.';
  if (why === 'size') return reason;
  const pace = speed === null ? '' : ` (${speedInWords(speed)})`;
  return `${reason} Your organisation does not allow ${notAllowed[why]}${pace}.`;
}

/** `first`: what the refusal begins with. */
export function refusalFor(circumstances: Circumstances, first: string): Refusal {
  const { fit } = circumstances;
  const best = bestThatFits(circumstances);
  const suggested =
    best === null
      ? []
      : [`${best.candidate.name} fits${best.isHere ? ' and is installed' : ''}: ${lower(best.candidate.reason)}`];
  return {
    reason: [first, ...smallerQuantization(circumstances), ...freeing(circumstances), ...suggested].join(' '),
    needs: fit.needs,
    free: fit.free,
    suggestion: best?.candidate.name ?? null,
    suggestionIsHere: best?.isHere ?? false,
  };
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
