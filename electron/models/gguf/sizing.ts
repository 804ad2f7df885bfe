import { cachesOf, type LayerCache } from './caches.ts';
import type { Numbers } from './numbers.ts';
import type { Projector } from './projector.ts';
import type { GgufHeader, GgufTensor } from './types.ts';

/** What the estimate of a model's memory is made from. Counts of numbers unless it says bytes. */
export interface Sizing {
  /** All tensors, each padded as the engine lays them out. Bytes. */
  readonly weightBytes: number;
  /** Weights of which the engine keeps a second, rearranged copy when the processor computes. Bytes. */
  readonly repeatedBytes: number;
  readonly layers: number;
  readonly embedding: number;
  /** All heads' queries, and all heads' keys and values, of one token in the widest layer. */
  readonly queries: number;
  readonly keys: number;
  /** Width of the feed-forward step of one token: of the experts that are asked, together. */
  readonly feedForward: number;
  /** Experts asked for one token; 0 without any. */
  readonly experts: number;
  /** Without a gate the feed-forward step needs one buffer where it else needs three. */
  readonly gated: boolean;
  readonly caches: readonly LayerCache[];
  /** Each head's keys and values fill blocks of 32 numbers: without that they cannot be kept in fewer bits. */
  readonly fillsBlocks: boolean;
  /** Recurrent layers keep one state, however long the context. Bytes. */
  readonly stateBytes: number;
  /** Numbers that one token occupies in a recurrent layer; 0 without any. */
  readonly stateStep: number;
  readonly vocabulary: number;
  /** Tokens the model was made for; 0 when its header does not say. The engine uses no more. */
  readonly context: number;
  /** Encoders take a text in whole, and keep nothing of it. */
  readonly embeds: boolean;
  /** Part of the weights that is read for one token: of a mixture, only the experts that are asked. */
  readonly activeShare: number;
  /** What sees pictures, where the model has it in a file of its own. */
  readonly projector: Projector | null;
}

/** Numbers in a block of Q8_0 and Q4_0 (ggml-common.h). */
const cacheBlock = 32;

/** ggml pads each tensor of a buffer to this. Bytes. */
const padding = 32;

/** ggml-cpu rearranges these for wide registers (repack.cpp), on today's x86 and ARM. */
const rearranged: ReadonlySet<string> = new Set(['Q4_0', 'Q4_K', 'IQ4_NL', 'Q2_K']);

/** A model without `output.weight` writes with its embedding, and needs it in both orders. */
function repeatedBytes(tensors: readonly GgufTensor[]): number {
  if (tensors.some(({ name }) => name === 'output.weight')) return 0;
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight');
  return embedding !== undefined && rearranged.has(embedding.type) ? embedding.bytes : 0;
}

function feedForwardOf(read: Numbers, layers: number): Pick<Sizing, 'feedForward' | 'experts'> {
  const dense = Math.max(0, ...read.perLayer('feed_forward_length', layers));
  const experts = read.optional('expert_used_count') ?? 0;
  const asked = experts * (read.optional('expert_feed_forward_length') ?? dense);
  return { feedForward: experts > 0 ? asked : dense, experts };
}

/** Phi and GLM keep gate and step in one tensor twice as wide. */
function isGated(tensors: readonly GgufTensor[], feedForward: number): boolean {
  const ups = tensors.filter(({ name }) => /\.ffn_up(?:_exps)?\.weight$/.test(name));
  return (
    ups.length === 0 ||
    tensors.some(({ name }) => name.includes('ffn_gate')) ||
    (ups[0]?.dimensions[1] ?? 0) > feedForward
  );
}

/** A token reads the experts that are asked, and of the embedding one row. */
function activeShare(tensors: readonly GgufTensor[], read: Numbers, experts: number): number {
  const count = read.optional('expert_count') ?? 0;
  const asked = count > 0 && experts > 0 ? Math.min(1, experts / count) : 1;
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const isTied = !tensors.some(({ name }) => name === 'output.weight');
  const idle = tensors.reduce((sum, { name, bytes }) => {
    if (name.includes('_exps.')) return sum + bytes * (1 - asked);
    return name === 'token_embd.weight' && !isTied ? sum + bytes : sum;
  }, 0);
  return total === 0 ? 1 : (total - idle) / total;
}

/**
 * Mamba of both kinds (llama.cpp: mamba-base.cpp), found by loading models: what comes in, is mixed and goes out lies side by side.
 * Between layers that attend two more copies of the token stay.
 */
function stateStepOf(read: Numbers, embedding: number, attends: boolean): number {
  const inner = read.optional('ssm.inner_size');
  if (inner === undefined) return 0;
  const groups = read.optional('ssm.group_count') ?? 0;
  const shared = groups * (read.optional('ssm.state_size') ?? 0);
  const steps = groups > 0 ? (read.optional('ssm.time_step_rank') ?? 0) : 0;
  return 6 * (inner + shared) + steps + (attends ? 3 : 1) * embedding;
}

export function sizingOf(header: GgufHeader, architecture: string, read: Numbers, embeds: boolean): Sizing {
  const { tensors } = header;
  const layers = read.required('block_count');
  const embedding = read.required('embedding_length');
  const heads = Math.max(1, ...read.perLayer('attention.head_count', layers));
  const keyLength = read.optional('attention.key_length') ?? Math.ceil(embedding / heads);
  const valueLength = read.optional('attention.value_length') ?? Math.ceil(embedding / heads);
  const keyHeads = Math.max(0, ...read.perLayer('attention.head_count_kv', layers)) || heads;
  const { feedForward, experts } = feedForwardOf(read, layers);
  const kept = cachesOf(architecture, read);
  return {
    weightBytes: tensors.reduce((sum, tensor) => sum + Math.ceil(tensor.bytes / padding) * padding, 0),
    repeatedBytes: repeatedBytes(tensors),
    layers,
    embedding,
    queries: heads * Math.max(keyLength, valueLength),
    keys: keyHeads * Math.max(keyLength, valueLength),
    feedForward,
    experts,
    gated: isGated(tensors, feedForward),
    ...kept,
    stateStep: stateStepOf(read, embedding, kept.caches.length > 0),
    fillsBlocks: keyLength % cacheBlock === 0 && valueLength % cacheBlock === 0,
    vocabulary: header.arrays.get('tokenizer.ggml.tokens')?.count ?? read.optional('vocab_size') ?? 0,
    context: read.optional('context_length') ?? 0,
    embeds,
    activeShare: activeShare(tensors, read, experts),
    projector: null,
  };
}
