import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Best, byScore } from '../../../electron/documents/vector/best.ts';
import { createByteIndex, createCodeIndex } from '../../../electron/documents/vector/loaded-index.ts';
import {
  innerProduct,
  normalise,
  toBytes,
  toCode,
  toPlanes,
  type ByteVector,
} from '../../../electron/documents/vector/quantise.ts';
import { compileKernel, generatedKernel, kernelModule } from '../../../scripts/build-kernel.ts';

/** Numbers without a pattern, the same each time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Vectors around common topics with a shared offset, as embeddings have. */
function topicVectors(count: number, dimensions: number, seed: number): Float32Array[] {
  const random = randomNumbers(seed);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = (scale: number): Float32Array => Float32Array.from({ length: dimensions }, () => gauss() * scale);
  const offset = draw(0.6);
  const topics = Array.from({ length: 40 }, () => draw(1));
  return Array.from({ length: count }, () => {
    const topic = topics[Math.floor(random() * topics.length)]!;
    const own = draw(0.7);
    return normalise(own.map((value, at) => value + topic[at]! + offset[at]!));
  });
}

const exactBest = (query: Float32Array, rows: readonly Float32Array[], limit: number): number[] =>
  rows
    .map((row, chunk) => ({ chunk, score: row.reduce((sum, value, at) => sum + value * query[at]!, 0) }))
    .sort(byScore)
    .slice(0, limit)
    .map(({ chunk }) => chunk);

const recall = (found: readonly { chunk: number }[], wanted: readonly number[]): number =>
  wanted.filter((chunk) => found.some((one) => one.chunk === chunk)).length / wanted.length;

describe('the compiled kernel', () => {
  it('is what its source compiles to', async () => {
    expect(readFileSync(generatedKernel, 'utf8')).toBe(kernelModule(await compileKernel()));
  });

  it.each([384, 100, 768, 1024])('scores codes of %i dimensions as the formula says', (dimensions) => {
    const rows = topicVectors(40, dimensions, 1).map(toBytes);
    const query = topicVectors(1, dimensions, 2)[0]!;
    const mean = new Float32Array(dimensions).fill(0.01);
    const { planes, step, low } = toPlanes(query);
    const plain = rows.map((row, chunk) => {
      const code = toCode(row, mean);
      let score = 0;
      for (let at = 0; at < dimensions; at += 1) {
        if (((code[at >> 3]! >> (at & 7)) & 1) === 0) continue;
        let level = 0;
        for (let plane = 0; plane < 4; plane += 1)
          level |= ((planes[plane * (planes.length / 4) + (at >> 3)]! >> (at & 7)) & 1) << plane;
        score += low + step * level;
      }
      return { chunk, score };
    });
    // Rescored by a stand-in that gives each row back as it came: the order of the scan itself shows in the candidates.
    const index = createCodeIndex(mean, (chunk) => rows[chunk] ?? null, 5);
    rows.forEach((row, chunk) => index.append(chunk, row));
    const found = index.search(query, 5).map(({ chunk }) => chunk);
    const expected = plain.toSorted(byScore).slice(0, 5).map(({ chunk }) => chunk); // prettier-ignore
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('scores int8 rows as plain arithmetic does', () => {
    const rows = topicVectors(9000, 100, 3);
    const query = topicVectors(1, 100, 4)[0]!;
    const index = createByteIndex(100);
    rows.forEach((row, chunk) => index.append(chunk, toBytes(row)));
    const found = index.search(query, 20);
    const plain = rows.map((row, chunk) => ({ chunk, score: innerProduct(query, toBytes(row)) })).sort(byScore);
    expect(recall(found, plain.slice(0, 20).map(({ chunk }) => chunk))).toBeGreaterThanOrEqual(0.9); // prettier-ignore
    for (const { chunk, score } of found) expect(score).toBeCloseTo(innerProduct(query, toBytes(rows[chunk]!)), 2);
  });
});

describe('an index of codes', () => {
  const rows = topicVectors(4000, 384, 5);
  const mean = Float32Array.from(
    { length: 384 },
    (_unused, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length,
  );
  const bytes = rows.map(toBytes);
  const indexOf = (rescored: number, read = (chunk: number): ByteVector | null => bytes[chunk] ?? null) => {
    const index = createCodeIndex(mean, read, rescored);
    bytes.forEach((row, chunk) => index.append(chunk, row));
    return index;
  };

  it('finds nearly what an exact search finds', () => {
    const index = indexOf(200);
    const queries = topicVectors(30, 384, 5).map((vector, at) =>
      normalise(vector.map((value, place) => value + rows[at * 100]![place]!)),
    );
    const found = queries.map((query) => recall(index.search(query, 10), exactBest(query, rows, 10)));
    expect(found.reduce((sum, one) => sum + one, 0) / found.length).toBeGreaterThan(0.95);
  });

  it('leaves out what was removed, and what has no row any more', () => {
    const query = rows[7]!;
    expect(indexOf(50).search(query, 1)[0]?.chunk).toBe(7);
    const removed = indexOf(50);
    removed.remove(7);
    expect(removed.search(query, 50).some(({ chunk }) => chunk === 7)).toBe(false);
    expect(
      indexOf(50, (chunk) => (chunk === 7 ? null : bytes[chunk]!))
        .search(query, 50)
        .some(({ chunk }) => chunk === 7),
    ).toBe(false);
  });

  it('refuses a query of another size', () => {
    expect(() => indexOf(50).search(new Float32Array(768), 5)).toThrow(RangeError);
  });

  it('holds nothing once wiped', () => {
    const index = indexOf(50);
    index.wipe();
    expect(index.search(rows[7]!, 5)).toEqual([]);
  });
});

describe('the best of many', () => {
  it('are those that sorting gives, equal scores by id', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }),
        fc.integer({ min: 0, max: 20 }),
        (scores, limit) => {
          const best = new Best(limit);
          scores.forEach((score, chunk) => best.offer(chunk, score));
          const sorted = scores.map((score, chunk) => ({ chunk, score })).sort(byScore);
          expect(best.sorted()).toEqual(sorted.slice(0, limit));
        },
      ),
    );
  });
});
