import { createHash } from 'node:crypto';
import { CloisterError } from '../../../../shared/errors.ts';
import type { Embedder } from '../../../../electron/documents/types.ts';

/** Vectors of words: texts that share words are near each other. Deterministic, without an engine. */
export function wordVector(text: string, dimensions = 384): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const hash = createHash('sha256').update(word).digest();
    for (let at = 0; at < dimensions; at += 1)
      vector[at] = (vector[at] ?? 0) + ((hash[at % 32] ?? 0) + ((at * 37) % 101) > 177 ? 1 : -1) * 0.1;
  }
  return vector;
}

export interface TestEmbedder extends Embedder {
  digest: string | null;
  /** Texts embedded so far, in order. */
  readonly texts: string[];
  /** Characters it reads at most. */
  longest: number;
  /** Called before each batch. */
  before: (texts: readonly string[]) => void | Promise<void>;
}

export function createTestEmbedder(): TestEmbedder {
  const embedder: TestEmbedder = {
    digest: 'sha256-one',
    texts: [],
    longest: Infinity,
    before: () => undefined,
    model: async () => (embedder.digest === null ? null : { name: 'words', digest: embedder.digest }),
    embed: async (texts) => {
      await embedder.before(texts);
      if (texts.some((text) => text.length > embedder.longest)) throw new CloisterError('too_large', 'too long');
      embedder.texts.push(...texts);
      return texts.map((text) => wordVector(text));
    },
  };
  return embedder;
}
