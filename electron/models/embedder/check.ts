import { CloisterError } from '../../../shared/errors.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import { embedderDimensions } from './pins.ts';

/** Refuses weights that are not the embedder every index is built with. */
export function checkEmbedder(facts: WeightFacts): void {
  if (facts.kind === 'embedding' && facts.architecture === 'bert' && facts.embedding === embedderDimensions) return;
  throw new CloisterError(
    'unsupported_type',
    `This is not all-MiniLM-L6-v2 (${embedderDimensions} dimensions). Give that model's GGUF file or folder.`,
    {
      detail: { architecture: facts.architecture, dimensions: facts.embedding },
    },
  );
}
