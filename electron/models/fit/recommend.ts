import type { Candidate, Hardware } from '../../../shared/contract/types.ts';
import type { CatalogueModel } from '../catalogue/schema.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import { estimate, type Sizing } from './estimate.ts';
import { fits } from './fits.ts';

/** The shortest context with which the inference path runs a model: what is shown as fitting is never refused. Tokens. */
export const modestContext = 2048;

const order = { gpu: 0, split: 1, cpu: 2, no: 3 } as const;

const sizingOf = (model: CatalogueModel): Sizing => ({
  weightBytes: model.bytes,
  cachePerToken: model.layers * model.keyValueHeads * model.headSize * 2,
  vocabulary: model.vocabulary,
  embedding: model.embedding,
  feedForward: model.feedForward,
});

/** Every model of the catalogue with what it needs and where it would run: best place first, the larger model first within. */
export function candidates(catalogue: readonly CatalogueModel[], hardware: Hardware): Candidate[] {
  const judged = catalogue.map((model): Candidate => {
    const needs = estimate(sizingOf(model), modestContext);
    const { fits: place, reason } = fits(needs, hardware);
    return {
      name: model.name,
      title: model.title,
      licence: model.licence,
      context: model.context,
      needs,
      fits: place,
      reason,
    };
  });
  return judged.sort((left, right) => order[left.fits] - order[right.fits] || byWeight(left, right));
}

/** What does not fit comes smallest first: the nearest miss is the useful one. */
const byWeight = (left: Candidate, right: Candidate): number =>
  (right.needs.weights - left.needs.weights) * (left.fits === 'no' ? -1 : 1);

/** An installed model, judged by its own header. Title and licence are the catalogue's to know. */
export function installedCandidate(name: string, facts: WeightFacts, hardware: Hardware): Candidate {
  const needs = estimate(facts, Math.min(modestContext, facts.context || modestContext));
  const { fits: place, reason } = fits(needs, hardware);
  return { name, title: '', licence: '', context: facts.context, needs, fits: place, reason };
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
