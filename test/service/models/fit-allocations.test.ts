import { rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastAllocations } from '../../../electron/engine/allocations.ts';
import type { EngineClient } from '../../../electron/engine/types.ts';
import { estimate, totalNeeds, type Needs } from '../../../electron/models/fit/estimate.ts';
import { readWeightFile } from '../../../electron/models/index.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { writeShapedModel, type ModelShape } from '../../fixtures/shaped-model.ts';
import { answerOf, findProcess, prepare, type Bench } from '../engine/support.ts';

const llama: ModelShape = {
  architecture: 'llama',
  embedding: 512,
  layers: 8,
  heads: 8,
  keyValueHeads: 8,
  feedForward: 1536,
  vocabulary: 4096,
  type: 'f16',
};

/** Shape and context: multi-head, grouped and multi-query attention, wide heads, large vocabularies, windows, experts. */
const cases: readonly (readonly [string, ModelShape, number])[] = [
  ['multi-head', llama, 4096],
  ['grouped heads, long', { ...llama, keyValueHeads: 2, feedForward: 2048 }, 16_384],
  ['one key for all', { ...llama, keyValueHeads: 1, layers: 16 }, 8192],
  ['very long', { ...llama, keyValueHeads: 2, layers: 4 }, 40_000],
  ['large vocabulary', { ...llama, vocabulary: 64_000, keyValueHeads: 4 }, 2048],
  ['single precision', { ...llama, embedding: 768, heads: 12, keyValueHeads: 4, feedForward: 2048, type: 'f32' }, 2048],
  ['8 bits', { ...llama, embedding: 1024, heads: 16, keyValueHeads: 4, feedForward: 4096, type: 'q8_0' }, 4096],
  [
    '4 bits, tied',
    {
      ...llama,
      embedding: 1024,
      heads: 16,
      keyValueHeads: 8,
      feedForward: 2816,
      type: 'q4_0',
      vocabulary: 32_000,
      tied: true,
    },
    8192,
  ],
  [
    '4 bits, mixed',
    {
      ...llama,
      embedding: 1024,
      heads: 8,
      keyValueHeads: 2,
      feedForward: 3072,
      type: 'q4_K',
      embeddingType: 'q6_K',
      vocabulary: 48_000,
      tied: true,
    },
    3000,
  ],
  [
    'qwen2',
    {
      ...llama,
      architecture: 'qwen2',
      embedding: 896,
      heads: 14,
      keyValueHeads: 2,
      feedForward: 4864,
      type: 'q8_0',
      vocabulary: 32_000,
      tied: true,
    },
    4096,
  ],
  ['qwen3, wide heads', { ...llama, architecture: 'qwen3', headSize: 128, keyValueHeads: 4, feedForward: 1792 }, 4096],
  [
    'gemma3, windows',
    {
      ...llama,
      architecture: 'gemma3',
      layers: 13,
      headSize: 128,
      heads: 4,
      keyValueHeads: 1,
      feedForward: 3072,
      window: 512,
      vocabulary: 32_000,
      tied: true,
    },
    8192,
  ],
  ['phi3', { ...llama, architecture: 'phi3', keyValueHeads: 2, feedForward: 2048 }, 8192],
  [
    'experts',
    {
      ...llama,
      architecture: 'qwen3moe',
      layers: 4,
      headSize: 64,
      keyValueHeads: 2,
      feedForward: 768,
      experts: { count: 16, asked: 4 },
    },
    8192,
  ],
  ['as wide as deep', { ...llama, feedForward: 512, keyValueHeads: 2 }, 2048],
  ['made for less', { ...llama, keyValueHeads: 2, context: 3000 }, 8192],
];

const mebibyte = 1024 * 1024;

interface Row {
  readonly name: string;
  readonly expected: Needs;
  readonly allocated: number;
  /** What the engine's own list says: it counts one of two caches. */
  readonly listed: number;
  readonly resident: number;
}

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${await findProcess('llama-server')}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Loads one model of zeros in the caged engine and reads what it reserved. */
async function measure(
  bench: Bench,
  client: EngineClient,
  name: string,
  shape: ModelShape,
  context: number,
): Promise<Row> {
  const file = join(bench.folder, 'shaped.gguf');
  writeShapedModel(file, shape);
  const { sizing } = await readWeightFile(bench.folder, ['shaped.gguf']);
  await installModel(bench.models, 'shaped', file);
  await rm(file);
  const request = {
    model: 'shaped',
    messages: [{ role: 'user' as const, content: 'ab' }],
    contextTokens: context,
    maxTokens: 1,
  };
  await answerOf(client, request);
  const logged = lastAllocations(bench.engine.logs());
  const listed = (await client.loaded()).find((model) => model.name.startsWith('shaped'));
  if (logged === null || listed === undefined) throw new Error(`the engine told nothing of ${name}`);
  const resident = await residentBytes();
  await client.unload('shaped');
  return { name, expected: estimate(sizing, context), allocated: totalNeeds(logged), listed: listed.bytes, resident };
}

const errorOf = ({ expected, allocated }: Row): number => totalNeeds(expected) / allocated - 1;
const percent = (part: number): string => `${(part * 100).toFixed(2)} %`;

describe('what a model is expected to need', () => {
  let bench: Bench;
  const rows: Row[] = [];
  beforeAll(async () => {
    bench = await prepare();
    await bench.engine.start();
    const client = await bench.engine.client();
    for (const [name, shape, context] of cases) rows.push(await measure(bench, client, name, shape, context));
    if (process.env['CLOISTER_SHOW'] === '1') {
      for (const row of rows) {
        const [needs, took, listed, resident] = [totalNeeds(row.expected), row.allocated, row.listed, row.resident].map(
          (bytes) => (bytes / mebibyte).toFixed(1),
        );
        console.info(`| ${row.name} | ${needs} | ${took} | ${percent(errorOf(row))} | ${listed} | ${resident} |`);
      }
    }
  }, 300_000);
  afterAll(() => bench.end());

  it.each(cases.map(([name], index) => [name, index] as const))(
    '%s: within 10 %, and never 3 % too little',
    (_name, index) => {
      const error = errorOf(rows[index]!);
      expect(error).toBeLessThanOrEqual(0.1);
      expect(error).toBeGreaterThanOrEqual(-0.03);
    },
  );

  it('is within 5 % of what the engine takes for the half of them', () => {
    const errors = rows.map((row) => Math.abs(errorOf(row))).sort((left, right) => left - right);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThanOrEqual(0.05);
  });

  it('agrees with the engine’s own list, which leaves one of two caches out', () => {
    for (const { name, allocated, listed } of rows) {
      if (name !== 'gemma3, windows') expect(listed / allocated, name).toBeCloseTo(1, 2);
      else expect(listed).toBeLessThan(allocated);
    }
  });

  it('is what the runner holds, give or take its own few megabytes and buffers not yet touched', () => {
    for (const { name, expected, resident } of rows) {
      expect(resident, name).toBeGreaterThan(expected.weights + expected.kv * 0.9);
      expect(resident, name).toBeLessThan(totalNeeds(expected) * 1.03 + 64 * mebibyte);
    }
  });
});
