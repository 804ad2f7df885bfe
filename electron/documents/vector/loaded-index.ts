import { Best, byScore, type Scored } from './best.ts';
import { Blocks } from './blocks.ts';
import {
  innerProduct,
  laneBytes,
  lanesOfBits,
  lanesOfBytes,
  toBytes,
  toCode,
  toPlanes,
  type ByteVector,
} from './quantise.ts';

/** One collection's vectors for one embedder, in memory, ready to be searched. */
export interface LoadedIndex {
  /** The nearest chunks by cosine, best first. */
  search(query: Float32Array, limit: number): Scored[];
  append(chunk: number, vector: ByteVector): void;
  remove(chunk: number): void;
  readonly bytes: number;
  wipe(): void;
}

/** All int8 vectors in memory: exact to .989, for collections of a size where that is small. */
export function createByteIndex(dimensions: number): LoadedIndex {
  const lanes = lanesOfBytes(dimensions);
  const blocks = new Blocks(lanes * laneBytes);
  const dead = new Set<number>();
  return {
    search(query, limit) {
      const { bytes, scale } = toBytes(query);
      const best = new Best(limit);
      blocks.scan(
        pad(bytes, lanes),
        (kernel, block) => kernel.scanBytes(block.rows, block.scales, block.count, lanes, 0, block.scores),
        (chunks, scores) => keepBest(best, chunks, scores, dead),
      );
      return best.sorted().map(({ chunk, score }) => ({ chunk, score: score * scale }));
    },
    append: (chunk, vector) => blocks.append(chunk, pad(vector.bytes, lanes), vector.scale),
    remove: (chunk) => void dead.add(chunk),
    get bytes() {
      return blocks.bytes;
    },
    wipe: () => blocks.wipe(),
  };
}

export interface CodeIndex extends LoadedIndex {
  appendCode(chunk: number, code: Uint8Array): void;
}

/**
 * One bit a dimension in memory; the best `rescored` are read and scored again with their int8 vectors. Measured recall@10
 * against exact search: .953 with 100 rescored, .976 with 200, .987 with 500.
 */
export function createCodeIndex(
  mean: Float32Array,
  readVector: (chunk: number) => ByteVector | null,
  rescored: number,
): CodeIndex {
  const lanes = lanesOfBits(mean.length);
  const blocks = new Blocks(lanes * laneBytes);
  const dead = new Set<number>();
  return {
    search(query, limit) {
      const { planes, step, low } = toPlanes(query);
      const width = 4 * lanes * laneBytes;
      if (planes.byteLength !== width) throw new RangeError('The query has another number of dimensions.');
      const candidates = new Best(Math.max(rescored, limit));
      blocks.scan(
        planes,
        (kernel, block) => kernel.scanCodes(block.rows, block.count, lanes, 0, step, low, block.scores),
        (chunks, scores) => keepBest(candidates, chunks, scores, dead),
      );
      return rescore(query, candidates.sorted(), readVector).slice(0, limit);
    },
    append: (chunk, vector) => blocks.append(chunk, toCode(vector, mean), 1),
    appendCode: (chunk, code) => blocks.append(chunk, code, 1),
    remove: (chunk) => void dead.add(chunk),
    get bytes() {
      return blocks.bytes;
    },
    wipe: () => blocks.wipe(),
  };
}

function rescore(
  query: Float32Array,
  candidates: readonly Scored[],
  readVector: (chunk: number) => ByteVector | null,
): Scored[] {
  return candidates
    .flatMap(({ chunk }) => {
      const vector = readVector(chunk);
      return vector === null ? [] : [{ chunk, score: innerProduct(query, vector) }];
    })
    .sort(byScore);
}

function keepBest(best: Best, chunks: Float64Array, scores: Float32Array, dead: ReadonlySet<number>): void {
  let threshold = best.threshold;
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] ?? 0;
    if (score < threshold) continue;
    const chunk = chunks[row] ?? 0;
    if (dead.has(chunk)) continue;
    best.offer(chunk, score);
    threshold = best.threshold;
  }
}

function pad(bytes: Int8Array, lanes: number): Uint8Array {
  const padded = new Uint8Array(lanes * laneBytes);
  padded.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return padded;
}
