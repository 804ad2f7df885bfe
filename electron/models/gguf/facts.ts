import { createHash } from 'node:crypto';
import { numbersOf } from './numbers.ts';
import { malformed } from './problems.ts';
import { sizingOf, type Sizing } from './sizing.ts';
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
  readonly sizing: Sizing;
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
  const kind = kindOf(header, architecture);
  const sizing = sizingOf(header, architecture, read, kind === 'embedding');
  return {
    architecture,
    kind,
    layers: sizing.layers,
    embedding: sizing.embedding,
    feedForward: Math.max(0, ...read.perLayer('feed_forward_length', 1)),
    vocabulary: sizing.vocabulary,
    context: sizing.context,
    cachePerToken: sizing.caches.reduce((sum, { numbers }) => sum + numbers, 0),
    sizing,
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
