import type { Numbers } from './numbers.ts';
import { malformed } from './problems.ts';

/** Layers that keep keys and values alike. */
export interface LayerCache {
  /** Numbers that one token puts into them, all layers of the kind together. */
  readonly numbers: number;
  /** Tokens they look back at; null: the whole context. */
  readonly window: number | null;
}

export interface Caches {
  readonly caches: readonly LayerCache[];
  /** Bytes. */
  readonly stateBytes: number;
}

const mostLayers = 4096;
const floatBytes = 4;

/** Every how many layers one looks at the whole context (`set_swa_pattern` in llama-model.cpp); the others slide. */
const windowPeriods: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  'gpt-oss': 2,
  gptoss: 2,
  cohere2: 4,
  exaone4: 4,
  olmo2: 4,
  smallthinker: 4,
};

/** Whether a layer slides its window. A pattern nobody knows counts as none: too much rather than too little. */
function slidesIn(architecture: string, read: Numbers): (layer: number) => boolean {
  const pattern = read.list('attention.sliding_window_pattern');
  if (pattern !== null) return (layer) => pattern[layer] === 1;
  const period = read.optional('attention.sliding_window_pattern') ?? windowPeriods[architecture];
  if (period === undefined || period < 2) return () => false;
  // Smallthinker's whole layer is the first of each period, the others' the last.
  return architecture === 'smallthinker' ? (layer) => layer % period > 0 : (layer) => layer % period < period - 1;
}

/** The last layers of some models use the keys and values of earlier ones. */
function keptLayers(architecture: string, read: Numbers, layers: number): number {
  const shared = read.optional('attention.shared_kv_layers');
  if (shared !== undefined && shared < layers) return layers - shared;
  return architecture === 'gemma3n' ? Math.min(20, layers) : layers;
}

/** Bytes of one recurrent layer, in single precision: Mamba's, RWKV's, or a short convolution's. */
function stateOf(read: Numbers, embedding: number): number {
  const inner = read.optional('ssm.inner_size');
  if (inner !== undefined) {
    const state = read.optional('ssm.state_size') ?? 0;
    const steps = Math.max(0, (read.optional('ssm.conv_kernel') ?? 0) - 1);
    return floatBytes * (steps * (inner + 2 * (read.optional('ssm.group_count') ?? 0) * state) + state * inner);
  }
  const head = read.optional('wkv.head_size');
  if (head !== undefined) return floatBytes * embedding * (head + (read.optional('token_shift_count') ?? 2));
  return floatBytes * embedding * Math.max(0, (read.optional('shortconv.l_cache') ?? 0) - 1);
}

/** Layers without keys are recurrent; some hybrids attend in every fourth layer alone. */
function isRecurrent(read: Numbers, keyHeads: readonly number[]): (layer: number) => boolean {
  const interval = read.optional('full_attention_interval') ?? 0;
  const recurrent = ['ssm.inner_size', 'wkv.head_size', 'shortconv.l_cache'].some(
    (key) => read.optional(key) !== undefined,
  );
  if (!recurrent) return () => false;
  if (interval > 1) return (layer) => (layer + 1) % interval !== 0;
  return (layer) => (keyHeads[layer] ?? 0) === 0;
}

/** Numbers that a token puts into one layer, for each head of its keys: grouped-query attention. */
interface HeadSizes {
  readonly whole: number;
  readonly sliding: number;
}

function headSizes(read: Numbers, embedding: number, heads: number): HeadSizes {
  const key = read.optional('attention.key_length') ?? embedding / heads;
  const value = read.optional('attention.value_length') ?? embedding / heads;
  const slidingKey = read.optional('attention.key_length_swa') ?? key;
  return { whole: key + value, sliding: slidingKey + (read.optional('attention.value_length_swa') ?? value) };
}

/**
 * What each kind of layer keeps (llama-kv-cache.cpp, llama-kv-cache-iswa.cpp, llama-memory-recurrent.cpp): one key and one
 * value for each KV head; one compressed vector with latent attention. Models without the keys count as full attention.
 */
export function cachesOf(architecture: string, read: Numbers): Caches {
  const layers = read.required('block_count');
  if (layers > mostLayers) throw malformed('layers');
  const embedding = read.required('embedding_length');
  const latent = read.optional('attention.kv_lora_rank');
  if (latent !== undefined && latent > 0) {
    const numbers = layers * (latent + (read.optional('rope.dimension_count') ?? 0));
    return { caches: [{ numbers, window: null }], stateBytes: 0 };
  }
  const heads = Math.max(1, ...read.perLayer('attention.head_count', 1));
  const given = read.perLayer('attention.head_count_kv', layers);
  const recurs = isRecurrent(read, given);
  const keyHeads = given.some((count) => count > 0) ? given : given.map(() => heads);
  const sizes = headSizes(read, embedding, heads);
  const window = read.optional('attention.sliding_window') ?? 0;
  const slides = slidesIn(architecture, read);
  const kept = keptLayers(architecture, read, layers);
  let [whole, sliding, states] = [0, 0, 0];
  for (let layer = 0; layer < layers; layer++) {
    if (recurs(layer)) states += 1;
    else if (layer >= kept) continue;
    else if (window > 0 && slides(layer)) sliding += (keyHeads[layer] ?? 0) * sizes.sliding;
    else whole += (keyHeads[layer] ?? 0) * sizes.whole;
  }
  const caches: LayerCache[] = [
    { numbers: Math.ceil(whole), window: null },
    { numbers: Math.ceil(sliding), window },
  ];
  return { caches: caches.filter(({ numbers }) => numbers > 0), stateBytes: states * stateOf(read, embedding) };
}
