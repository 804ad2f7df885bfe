import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheType } from '../../../shared/contract/types.ts';
import { lastAllocations } from '../../../electron/engine/allocations.ts';
import { createEngineWith, type EngineHandle } from '../../../electron/engine/create-engine.ts';
import { estimate, totalNeeds } from '../../../electron/models/fit/estimate.ts';
import { canKeep } from '../../../electron/models/fit/needs.ts';
import { embedderName, openCache, readWeightFile } from '../../../electron/models/index.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { writeShapedModel, type ModelShape } from '../../fixtures/shaped-model.ts';
import { answerOf, keeper, realEngine } from '../engine/support.ts';

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

const cases: readonly (readonly [string, ModelShape, number])[] = [
  ['multi-head', llama, 4096],
  ['grouped heads, long', { ...llama, keyValueHeads: 2, feedForward: 2048 }, 16_384],
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
];

/** Eighty numbers a head: two blocks of thirty-two and a half. */
const uneven: ModelShape = { ...llama, embedding: 640, keyValueHeads: 4 };

describe.each<CacheType>(['q8_0', 'q4_0'])('an engine that keeps the context in %s', (cacheType) => {
  let folder = '';
  let engine: EngineHandle;
  const models = () => join(folder, 'models');
  const start = (store: string) =>
    createEngineWith(
      { profile: folder, models: store, cacheType: () => cacheType, runtime: { node: process.execPath, keeper } },
      {},
    );
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cloister-cache-types-'));
    engine = start(models());
    await engine.trustFile(realEngine);
  });
  afterAll(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function load(shape: ModelShape, contextTokens: number) {
    const file = join(folder, 'shaped.gguf');
    writeShapedModel(file, shape);
    const { sizing } = await readWeightFile(folder, ['shaped.gguf']);
    await installModel(models(), 'shaped', file);
    await rm(file);
    const client = await engine.client();
    const messages = [{ role: 'user' as const, content: 'ab' }];
    try {
      await answerOf(client, { model: 'shaped', messages, contextTokens, maxTokens: 1 });
      return { sizing, taken: lastAllocations(engine.logs()) };
    } catch {
      return { sizing, taken: null };
    } finally {
      await client.unload('shaped').catch(() => undefined);
    }
  }

  it.each(cases)('takes for %s what was expected: keys and values exactly', async (_, shape, contextTokens) => {
    const { sizing, taken } = await load(shape, contextTokens);
    const expected = estimate(sizing, contextTokens, { cacheType });
    // A hundredth of a mebibyte is all that the log tells.
    expect(Math.abs(expected.kv - (taken?.kv ?? 0))).toBeLessThan(0.03 * 1024 ** 2);
    expect(expected.kv).toBeLessThan(estimate(sizing, contextTokens).kv * 0.55);
    const error = totalNeeds(expected) / totalNeeds(taken!) - 1;
    expect(error).toBeLessThanOrEqual(0.1);
    expect(error).toBeGreaterThanOrEqual(-0.03);
  });

  it('refuses heads that do not fill its blocks, as is known beforehand', async () => {
    const { sizing, taken } = await load(uneven, 2048);
    expect([taken, canKeep(sizing, cacheType), canKeep(sizing, 'f16')]).toEqual([null, false, true]);
  });

  it('still finds passages with the embedding model that set-up obtained', async () => {
    const beside = start(openCache().directory);
    try {
      await beside.trustFile(realEngine);
      const vectors = await (await beside.client()).embed(embedderName, ['How long is the notice period?']);
      expect(vectors).toHaveLength(1);
    } finally {
      await beside.dispose();
    }
  });
});
