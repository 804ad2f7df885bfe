/**
 * What llama-server says it reserved, in the engine's log: `load_tensors: CPU_REPACK model buffer size = 9.28 MiB`,
 * `llama_kv_cache: CPU KV buffer size = 4.00 MiB`, `sched_reserve: CPU compute buffer size = 18.01 MiB`.
 */
/** `load_hparams: model size: 84.20 MiB`: what sees pictures, which stands in no other line, and not in the engine's list. */
const seeing = /load_hparams:\s+model size:\s*([\d.]+)\s*MiB/;
const buffer = /:\s+(\S+)\s+(model|KV|RS|compute|output)\s+buffer size\s*=\s*([\d.]+)\s*MiB/;

/** Before this line, a load only tries out what would fit. */
const begins = 'load_tensors: loading model tensors';
const mebibyte = 1024 * 1024;

export interface Allocations {
  /** Bytes. */
  readonly weights: number;
  readonly kv: number;
  readonly overhead: number;
  /** Weights of what sees pictures. */
  readonly projector: number;
}

/**
 * The buffers of the load that the log tells of last; null when it tells of none that is whole. The engine's own list
 * (`/api/ps`) counts one cache only, where a model with sliding windows has two.
 */
export function lastAllocations(lines: readonly string[]): Allocations | null {
  const start = lines.findLastIndex((line) => line.includes(begins));
  if (start < 0) return null;
  let [weights, kv, overhead, projector] = [0, 0, 0, 0];
  for (const line of lines.slice(start)) {
    projector += Number(seeing.exec(line)?.[1] ?? 0) * mebibyte;
    const [, , kind, size] = buffer.exec(line) ?? [];
    const bytes = Number(size ?? 0) * mebibyte;
    if (kind === 'model') weights += bytes;
    else if (kind === 'KV' || kind === 'RS') kv += bytes;
    else overhead += bytes;
  }
  return weights > 0 && overhead > 0 ? { weights, kv, overhead, projector } : null;
}

interface Loaded {
  readonly name: string;
  readonly bytes: number;
  readonly gpuBytes: number;
}

/**
 * Bytes of one model. The log counts every buffer, and is believed where it can be about this load: nothing else is loaded,
 * nothing lies on a card (where mapped weights are counted twice), and it agrees with the engine's list but for a second cache.
 */
export function reportedBytes(model: string, loaded: readonly Loaded[], lines: readonly string[]): number | null {
  const listed = loaded.find(({ name }) => name === model);
  if (listed === undefined || listed.bytes <= 0) return null;
  const logged = lastAllocations(lines);
  if (logged === null || loaded.length > 1) return listed.bytes;
  if (listed.gpuBytes > 0) return listed.bytes + logged.projector;
  const sum = logged.weights + logged.kv + logged.overhead;
  const isSame = listed.bytes <= sum * 1.001 && listed.bytes >= logged.weights + logged.overhead;
  return isSame ? sum + logged.projector : listed.bytes;
}
