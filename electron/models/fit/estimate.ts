import type { CacheType } from '../../../shared/contract/types.ts';
import type { Sizing } from '../gguf/sizing.ts';

export type { CacheType, Sizing };

/** Bytes. */
export interface Needs {
  readonly weights: number;
  /** Keys and values, and the state of recurrent layers. */
  readonly kv: number;
  /** What the engine reserves to compute in, and for its answer. */
  readonly overhead: number;
}

export interface EstimateOptions {
  /** How the engine was told to keep keys and values. */
  readonly cacheType?: CacheType | undefined;
  /** Weights lie on a graphics card and are not rearranged. */
  readonly onCard?: boolean;
}

/** Bytes of one cached number; the quantised kinds keep 32 of them with a scale (ggml-common.h). */
const cacheBytes: Readonly<Record<CacheType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

const floatBytes = 4;
/** The attention mask is kept in half precision. */
const maskBytes = 2;
/** llama.cpp rounds the cells of a cache up to this many. */
const cellStep = 256;
/** Positions, token numbers and places of a batch. Bytes. */
const inputBytes = 16 * 1024;

const rounded = (tokens: number): number => Math.ceil(tokens / cellStep) * cellStep;

/** Tokens the engine computes at a time: its own choice, by the length of the context. */
export function batchFor(contextTokens: number, embeds: boolean): number {
  if (embeds) return Math.min(2048, contextTokens);
  const batch = contextTokens > 32_768 ? 2048 : contextTokens > 4096 ? 1024 : 512;
  return Math.min(batch, contextTokens);
}

/** The engine never gives a model more than it was made for. */
export const usedContext = (sizing: Pick<Sizing, 'context'>, contextTokens: number): number =>
  sizing.context > 0 ? Math.min(contextTokens, sizing.context) : contextTokens;

const cellsOf = (window: number | null, contextTokens: number, batch: number): number =>
  window === null ? rounded(contextTokens) : Math.min(rounded(contextTokens), rounded(window + batch));

/**
 * Numbers that one token occupies at the widest moment of the graph, with flash attention: the feed-forward step, the step
 * after attention, or the experts' answers before they are added up. Found by loading models of many shapes; holds to within
 * a per cent where the feed-forward step is more than twice as wide as the model, as in all published ones.
 */
function widestStep({ layers, embedding, queries, keys, feedForward, experts, gated }: Sizing): number {
  const attention = 2 * queries + 3 * embedding + (2 * keys >= queries ? 2 * keys : 0);
  // The last layer's feed-forward step is computed for the last token alone.
  if (layers === 1) return attention;
  if (!gated) return Math.max(attention, feedForward + 3 * embedding);
  if (experts > 0) {
    const answers = 2 * (experts + 1) * embedding + (queries > embedding ? 2 * queries : 0);
    return Math.max(attention, answers, 3 * (feedForward + embedding) + queries);
  }
  if (feedForward <= embedding) return Math.max(attention, 3 * feedForward + 2 * embedding);
  const kept = feedForward <= 2 * embedding ? 0 : queries <= feedForward ? queries : embedding;
  return Math.max(attention, 3 * (feedForward + embedding) + kept);
}

/** Memory that the engine takes for a model with a context of so many tokens. */
export function estimate(
  sizing: Sizing,
  contextTokens: number,
  { cacheType = 'f16', onCard = false }: EstimateOptions = {},
): Needs {
  const context = usedContext(sizing, contextTokens);
  const batch = batchFor(context, sizing.embeds);
  const windows = new Set(sizing.caches.map(({ window }) => window));
  const masked = [...windows].reduce((sum: number, window) => sum + cellsOf(window, context, batch), 0);
  const cached = sizing.caches.reduce((sum, { numbers, window }) => sum + numbers * cellsOf(window, context, batch), 0);
  return {
    weights: sizing.weightBytes + (onCard ? 0 : sizing.repeatedBytes) + (sizing.projector?.weightBytes ?? 0),
    kv: Math.ceil(cached * cacheBytes[cacheType]) + sizing.stateBytes,
    overhead:
      batch * (floatBytes * Math.max(widestStep(sizing), sizing.stateStep) + maskBytes * masked) +
      floatBytes * sizing.vocabulary +
      inputBytes +
      (sizing.projector?.graphBytes ?? 0),
  };
}

export const totalNeeds = ({ weights, kv, overhead }: Needs): number => weights + kv + overhead;
