import type { CacheType, Candidate, Hardware } from '../../../shared/contract/types.ts';
import type { CatalogueModel } from '../catalogue/schema.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import { modestContext } from './contexts.ts';
import { estimate, totalNeeds, type Needs, type Sizing } from './estimate.ts';
import { fits, type Fit } from './fits.ts';
import { canKeep } from './needs.ts';
import { cannotKeep } from './refusal.ts';
import { isSlow, rolesFor, type Judged } from './roles.ts';
import { speedInWords, tokensPerSecond, type Work } from './speed.ts';

export { modestContext };

const order = { gpu: 0, split: 1, cpu: 2, no: 3 } as const;

/** The catalogue's figures of a model, as the estimate wants them. */
export function sizingOf(model: CatalogueModel): Sizing {
  const { layers, heads, keyValueHeads, headSize, window } = model;
  const perLayer = 2 * keyValueHeads * headSize;
  const sliding = window?.layers ?? 0;
  const caches = [
    { numbers: (layers - sliding) * perLayer, window: null },
    ...(window === undefined ? [] : [{ numbers: sliding * perLayer, window: window.tokens }]),
  ];
  return {
    weightBytes: model.bytes,
    repeatedBytes: 0,
    layers,
    embedding: model.embedding,
    queries: heads * headSize,
    keys: keyValueHeads * headSize,
    feedForward: model.feedForward,
    experts: model.experts ?? 0,
    gated: true,
    caches,
    fillsBlocks: headSize % 32 === 0,
    stateStep: 0,
    stateBytes: 0,
    vocabulary: model.vocabulary,
    context: model.context,
    embeds: false,
    activeShare: (model.active ?? model.parameters) / model.parameters,
    projector: null,
  };
}

/** What a model reads and multiplies for one token. */
export const workOf = (sizing: Sizing, parameters: number): Work => ({
  bytes: sizing.weightBytes * sizing.activeShare,
  parameters: parameters * sizing.activeShare,
  isMixture: sizing.experts > 0,
});

/** Part of the model that the processor holds. */
export const shareInMemory = (fit: Fit): number => Math.min(1, fit.inMemory / Math.max(1, fit.needs));

interface Named {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly context: number;
}

/** Null where its cache can be kept as is chosen. */
const whyNotKept = (sizing: Sizing, cacheType: CacheType): string | null =>
  canKeep(sizing, cacheType) ? null : cannotKeep(cacheType);

function judge(
  named: Named,
  needs: Needs,
  work: Work,
  parameters: number,
  hardware: Hardware,
  notKept: string | null,
): Judged {
  const judged = fits(needs, hardware);
  const fit: Fit = notKept === null ? judged : { ...judged, fits: 'no', reason: notKept };
  const speed = tokensPerSecond(work, fit.fits, shareInMemory(fit), hardware);
  const reason = speed === null ? fit.reason : `${fit.reason} Expected: ${speedInWords(speed)}.`;
  const { name, title, licence, context } = named;
  const candidate = {
    name,
    title,
    licence,
    context,
    needs,
    fits: fit.fits,
    reason,
    role: null,
    tokensPerSecond: speed,
  };
  return { candidate, total: totalNeeds(needs), free: fit.free, parameters };
}

/**
 * Every model of the catalogue with what it needs and where it would run: best place first, the larger model first within;
 * then those that would answer too slowly, the fastest first; then those that do not fit, the nearest miss first.
 */
export function candidates(
  catalogue: readonly CatalogueModel[],
  hardware: Hardware,
  cacheType: CacheType = 'f16',
): Candidate[] {
  const judged = catalogue.map((model) => {
    const sizing = sizingOf(model);
    const parameters = model.parameters * 1e9;
    const needs = estimate(sizing, modestContext, { cacheType });
    return judge(model, needs, workOf(sizing, parameters), parameters, hardware, whyNotKept(sizing, cacheType));
  });
  const roles = rolesFor(judged);
  const named = judged.map(({ candidate }) => ({ ...candidate, role: roles.get(candidate.name) ?? null }));
  return named.sort((left, right) => groupOf(left) - groupOf(right) || within(left, right));
}

const groupOf = (candidate: Candidate): number =>
  candidate.fits === 'no' ? 4 : isSlow(candidate) ? 3 : order[candidate.fits];

function within(left: Candidate, right: Candidate): number {
  if (left.fits === 'no') return left.needs.weights - right.needs.weights;
  if (isSlow(left)) return (right.tokensPerSecond ?? 0) - (left.tokensPerSecond ?? 0);
  return right.needs.weights - left.needs.weights;
}

/** An installed model, judged by its own header. Title and licence are the catalogue's to know. */
export function installedCandidate(
  name: string,
  facts: WeightFacts,
  needs: Needs,
  hardware: Hardware,
  cacheType: CacheType = 'f16',
): Candidate {
  const { sizing, parameters, context } = facts;
  const named = { name, title: '', licence: '', context };
  const notKept = whyNotKept(sizing, cacheType);
  return judge(named, needs, workOf(sizing, parameters), parameters, hardware, notKept).candidate;
}

/** The same computer with the given memory instead of what was found. Bytes. */
export function givenHardware(
  found: Hardware,
  given: { vram?: number | undefined; ram?: number | undefined },
): Hardware {
  const { vram, ram } = given;
  const memory = ram === undefined ? found.memory : { totalBytes: ram, freeBytes: ram };
  if (vram === undefined) return { ...found, memory };
  const card = { name: 'the given graphics card', vendor: 'unknown' as const, totalBytes: vram, freeBytes: vram };
  return { ...found, memory, gpus: vram > 0 ? [card] : [] };
}
