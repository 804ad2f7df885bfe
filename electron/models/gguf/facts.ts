import { createHash } from 'node:crypto';
import { malformed } from './problems.ts';
import type { GgufHeader } from './types.ts';

/** What the rest of Cloister needs to know of a model's weights. Counts; sizes in bytes. */
export interface WeightFacts {
  readonly architecture: string;
  readonly kind: 'chat' | 'embedding';
  readonly layers: number;
  /** Length of one vector. */
  readonly embedding: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Tokens the model was made for. */
  readonly context: number;
  /** Numbers that one token puts into the KV cache, over all layers, as if no window were slid. */
  readonly cachePerToken: number;
  readonly weightBytes: number;
  readonly parameters: number;
  /** SHA-256 of the chat template, hex; a template can carry instructions, so it is compared and approved by itself. */
  readonly template: string | null;
}

/** Encoders of llama.cpp (llama-arch.cpp): they turn text into vectors and cannot write. */
const encoders = /^(?:bert|.+-bert|.+-bert-.+|eurobert|roberta|t5encoder|gemma-embedding)$/;

export function weightFacts(header: GgufHeader): WeightFacts {
  const architecture = header.values.get('general.architecture');
  if (typeof architecture !== 'string' || !/^[a-z0-9._-]{1,64}$/.test(architecture)) {
    throw malformed('architecture');
  }
  const read = numbersOf(header, architecture);
  const embedding = read.required('embedding_length');
  return {
    architecture,
    kind: kindOf(header, architecture),
    layers: read.required('block_count'),
    embedding,
    feedForward: Math.max(0, ...read.perLayer('feed_forward_length', 1)),

    vocabulary: header.arrays.get('tokenizer.ggml.tokens')?.count ?? read.optional('vocab_size') ?? 0,
    context: read.optional('context_length') ?? 0,
    cachePerToken: cachePerToken(read, embedding),
    weightBytes: header.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0),
    parameters: header.tensors.reduce((sum, tensor) => sum + tensor.elements, 0),
    template: templateDigest(header),
  };
}

function kindOf(header: GgufHeader, architecture: string): WeightFacts['kind'] {
  const pools = header.values.has(`${architecture}.pooling_type`);
  return pools || encoders.test(architecture) ? 'embedding' : 'chat';
}

function templateDigest(header: GgufHeader): string | null {
  const template = header.values.get('tokenizer.chat_template');
  return typeof template === 'string' ? createHash('sha256').update(template).digest('hex') : null;
}

interface Numbers {
  required(key: string): number;
  optional(key: string): number | undefined;
  /** A number a layer, whether the file gives one for all or a list. */
  perLayer(key: string, layers: number): readonly number[];
}

const sane = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31;

function numbersOf(header: GgufHeader, architecture: string): Numbers {
  const optional = (key: string): number | undefined => {
    const value = header.values.get(`${architecture}.${key}`);
    if (value === undefined) return undefined;
    if (!sane(value)) throw malformed('number');
    return value;
  };
  return {
    optional,
    required(key) {
      const value = optional(key);
      if (value === undefined || value < 1) throw malformed('key_missing');
      return value;
    },
    perLayer(key, layers) {
      const list = header.arrays.get(`${architecture}.${key}`)?.numbers;
      if (list?.every(sane)) return list;
      return Array.from({ length: layers }, () => optional(key) ?? 0);
    },
  };
}

/**
 * Grouped-query attention keeps one key and one value for each KV head and layer; multi-head latent attention one compressed
 * vector for each layer (llama-kv-cache.cpp). Models without the keys count as full attention.
 */
function cachePerToken(read: Numbers, embedding: number): number {
  const layers = read.required('block_count');
  if (layers > 4096) throw malformed('layers');
  const latent = read.optional('attention.kv_lora_rank');
  if (latent !== undefined && latent > 0) return layers * (latent + (read.optional('rope.dimension_count') ?? 0));
  const heads = Math.max(1, ...read.perLayer('attention.head_count', 1));
  const shared = read.perLayer('attention.head_count_kv', layers);
  const cached = shared.some((count) => count > 0) ? shared.reduce((sum, count) => sum + count, 0) : layers * heads;
  const key = read.optional('attention.key_length') ?? embedding / heads;
  const value = read.optional('attention.value_length') ?? embedding / heads;
  return Math.ceil(cached * (key + value));
}
