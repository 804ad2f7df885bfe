import type { WeightFacts } from '../gguf/facts.ts';

type CacheType = 'f16' | 'q8_0' | 'q4_0';

/** Bytes. */
export interface Needs {
  readonly weights: number;
  readonly kv: number;
  readonly overhead: number;
}

/** What an estimate is made from: a model's own header, or the catalogue. */
export type Sizing = Pick<WeightFacts, 'weightBytes' | 'cachePerToken' | 'vocabulary' | 'embedding' | 'feedForward'>;

/** Bytes of one cached number; the quantised kinds keep 32 of them with a scale (ggml-common.h). */
const cacheBytes: Readonly<Record<CacheType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

/** llama.cpp computes 512 tokens at a time, in single precision. */
const batchTokens = 512;
const floatBytes = 4;
const maskBytes = 2;
/** The runner itself. */
const runnerBytes = 128 * 1024 * 1024;

/**
 * Memory that a model takes with a context of so many tokens. Weights as they lie in the file; keys and values of every token
 * (sliding windows are counted in full, so the estimate is never too small); and the buffers of one batch, as llama.cpp
 * reserves them with flash attention: the logits, or the three widest steps of a layer, and the attention mask. Measured: a
 * llama of 1024 × 4096 with 8,192 tokens reserves 32 MiB and 40.0 MiB; a llama of 8B reserves 258.5 MiB without the mask.
 */
export function estimate(sizing: Sizing, contextTokens: number, cacheType: CacheType = 'f16'): Needs {
  const { vocabulary, embedding, feedForward } = sizing;
  const widest = Math.max(vocabulary + embedding, 3 * feedForward + 4 * embedding);
  return {
    weights: sizing.weightBytes,
    kv: Math.ceil(sizing.cachePerToken * contextTokens * cacheBytes[cacheType]),
    overhead: runnerBytes + batchTokens * (floatBytes * widest + maskBytes * contextTokens),
  };
}

export const totalNeeds = ({ weights, kv, overhead }: Needs): number => weights + kv + overhead;
