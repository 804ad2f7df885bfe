import type { CacheType, Candidate, Hardware, LoadRefusal } from '../../../shared/contract/types.ts';
import type { ErrorDetail } from '../../../shared/errors.ts';
import { gigabytes } from '../sizes.ts';
import type { Sizing } from './estimate.ts';
import type { Fit } from './fits.ts';
import { freeOn } from './free.ts';
import { speedInWords } from './speed.ts';

/** Why a model is not loaded, and what would help. Sizes in bytes. */
export type Refusal = LoadRefusal;
export type Remedies = Pick<
  Refusal,
  'fourBits' | 'shorterContext' | 'cacheType' | 'close' | 'suggestion' | 'suggestionIsHere' | 'suggestionReason'
>;

type Holder = NonNullable<Hardware['memory']['holders']>[number];

interface Circumstances {
  readonly fit: Fit;
  readonly sizing: Sizing;
  readonly parameters: number;
  readonly hardware: Hardware;
  readonly holders: readonly Holder[];
}

const bitsOf = (sizing: Sizing, parameters: number): number => (sizing.weightBytes * 8) / Math.max(1, parameters);

/** What four bits take on average with their scales: Q4_K_M. */
const fourBits = 4.9;
/** Above this, four bits are worth looking for. */
const manyBits = 5.7;

/** Bytes that the same model would need in four bits, where that helps. */
function inFourBits({ fit, sizing, parameters }: Circumstances): number | null {
  if (bitsOf(sizing, parameters) < manyBits) return null;
  const needs = fit.needs - sizing.weightBytes + (parameters * fourBits) / 8;
  return needs > fit.free ? null : Math.ceil(needs);
}

/** Programs whose end would make the room, fewest first. */
function freeing({ fit, hardware, holders }: Circumstances): Holder[] {
  const onCards = freeOn(hardware).card === null ? [] : hardware.gpus.flatMap((gpu) => gpu.holders ?? []);
  const missing = fit.needs - fit.free;
  if (missing <= 0) return [];
  const all = [...onCards, ...holders].sort((left, right) => right.bytes - left.bytes).slice(0, 3);
  const enough = all.findLast(({ bytes }) => bytes >= missing);
  if (enough !== undefined) return [enough];
  return all.reduce((sum, { bytes }) => sum + bytes, 0) < missing ? [] : all;
}

function bestThatFits(installed: readonly Candidate[], catalogue: readonly Candidate[]) {
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

export const cacheWords = { f16: 'half precision', q8_0: '8 bits', q4_0: '4 bits' } as const satisfies Record<
  CacheType,
  string
>;

export const cannotKeep = (cacheType: CacheType): string =>
  `Its conversations cannot be kept in ${cacheWords[cacheType]}, as is chosen here: the engine refuses to load it so.`;

/** The numbers, and what else keeps it from being loaded. `speed`: tokens a second that it would have reached. */
export function firstSentences(
  reason: string,
  why: Refusal['why'],
  speed: number | null,
  cacheType: CacheType = 'f16',
): string {
  if (why === 'failed') return 'The engine could not get the memory for it, and no more is free since.';
  if (why === 'cache') return cannotKeep(cacheType);
  if (why === 'size') return reason;
  const pace = speed === null ? '' : ` (${speedInWords(speed)})`;
  return `${reason} Your organisation does not allow ${notAllowed[why]}${pace}.`;
}

function closingWords(close: readonly Holder[]): string[] {
  const [only, ...others] = close;
  if (only === undefined) return [];
  if (others.length === 0) return [`Closing ${only.name}, which holds ${gigabytes(only.bytes)}, would make room.`];
  return [`Closing ${close.map(({ name, bytes }) => `${name} (${gigabytes(bytes)})`).join(' and ')} would make room.`];
}

/** The same as the fields, in words for a terminal. */
function sentencesOf(remedies: Remedies): string[] {
  const { fourBits: bytes, shorterContext, cacheType, close, suggestion, suggestionIsHere: isHere } = remedies;
  return [
    ...(bytes === null ? [] : [`In 4 bits the same model would need about ${gigabytes(bytes)}.`]),
    ...(shorterContext === null ? [] : [`With a context of ${shorterContext} tokens it fits.`]),
    ...(cacheType === null
      ? []
      : [`With its context kept in ${cacheWords[cacheType.type]} it fits, with ${cacheType.contextTokens} tokens.`]),
    ...closingWords(close),
    ...(suggestion === null
      ? []
      : [`${suggestion}${isHere ? ' fits and is installed' : ' fits'}: ${lower(remedies.suggestionReason ?? '')}`]),
  ];
}

interface Given {
  readonly model: string;
  readonly why: Refusal['why'];
  readonly speed: number | null;
  readonly circumstances: Circumstances;
  /** Installed models that may run, judged now. */
  readonly installed: readonly Candidate[];
  /** The catalogue, best first. */
  readonly catalogue: readonly Candidate[];
  readonly shorter: number | null;
  readonly cache: Remedies['cacheType'];
  /** The shortest that was tried. */
  readonly contextTokens: number;
  /** What the refusal begins with. */
  readonly first: string;
}

export function refusalFor(given: Given): Refusal {
  const { fit } = given.circumstances;
  const best = bestThatFits(given.installed, given.catalogue);
  const remedies: Remedies = {
    fourBits: given.why === 'size' ? inFourBits(given.circumstances) : null,
    shorterContext: given.shorter,
    cacheType: given.cache,
    close: given.why === 'size' ? freeing(given.circumstances) : [],
    suggestion: best?.candidate.name ?? null,
    suggestionIsHere: best?.isHere ?? false,
    suggestionReason: best?.candidate.reason ?? null,
  };
  return {
    model: given.model,
    why: given.why,
    reason: [given.first, ...sentencesOf(remedies)].join(' '),
    needs: fit.needs,
    free: fit.free,
    contextTokens: given.contextTokens,
    tokensPerSecond: given.speed,
    ...remedies,
  };
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** The facts of a refusal as an error carries them: flat, and without a sentence. */
export const refusalDetail = (refusal: Refusal): ErrorDetail => ({
  model: refusal.model,
  why: refusal.why,
  needs: refusal.needs,
  free: refusal.free,
  fourBits: refusal.fourBits,
  shorterContext: refusal.shorterContext,
  cacheType: refusal.cacheType?.type ?? null,
  close: refusal.close.length === 0 ? null : refusal.close.map(({ name }) => name).join(', '),
  suggestion: refusal.suggestion,
  suggestionIsHere: refusal.suggestionIsHere,
});
