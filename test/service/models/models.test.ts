import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installModel } from '../../fixtures/install-model.ts';
import { approvedModelsIn, modelsIn, testProfile, tinyChat, tinyEmbedder, type TestProfile } from './support.ts';

let at: TestProfile;
beforeEach(() => {
  at = testProfile();
});
afterEach(() => at.remove());

async function put(name: string, bytes: Buffer): Promise<void> {
  mkdirSync(at.store, { recursive: true });
  const file = join(at.profile, 'w.gguf');
  writeFileSync(file, bytes);
  await installModel(at.store, name, file, { licence: name });
}

describe('the models of a profile', () => {
  it('are none in a new one', async () => {
    const models = modelsIn(at.profile);
    await expect(models.store.list()).resolves.toEqual([]);
    await expect(models.embeddingModel()).resolves.toBeNull();
    await expect(models.defaultChatModel()).resolves.toBeNull();
    await expect(models.store.verify('nothing')).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('are told apart: those that chat, those that embed', async () => {
    await put('chat', tinyChat());
    await put('embed', tinyEmbedder());
    const models = await approvedModelsIn(at.profile);
    expect((await models.store.list()).map(({ name, kind, state }) => [name, kind, state])).toEqual([
      ['chat:latest', 'chat', 'approved'],
      ['embed:latest', 'embedding', 'approved'],
    ]);
    await expect(models.embeddingModel()).resolves.toMatchObject({ name: 'embed:latest' });
    await expect(models.defaultChatModel()).resolves.toMatchObject({ name: 'chat:latest' });
  });

  it('default to the largest that fits what is free now', async () => {
    await put('small', tinyChat());
    await put('large', tinyChat({ hidden: 512, layers: 6 }));
    await expect((await approvedModelsIn(at.profile)).defaultChatModel()).resolves.toMatchObject({
      name: 'large:latest',
    });
    // Weights, cache and buffers of the small one take 5 MB, of the large one 70 MB.
    await expect((await approvedModelsIn(at.profile, { memory: 40e6 })).defaultChatModel()).resolves.toMatchObject({
      name: 'small:latest',
    });
    await expect((await approvedModelsIn(at.profile, { memory: 1e6 })).defaultChatModel()).resolves.toBeNull();
  });

  it('that do not fit are refused with the numbers', async () => {
    await put('large', tinyChat({ hidden: 512, layers: 6 }));
    const models = modelsIn(at.profile, { memory: 40e6 });
    const model = (await models.store.find('large'))!;
    const loading = await models.fitting.load(model, true);
    const refusal = loading.fits ? null : loading.refusal;
    expect(refusal?.reason).toMatch(/^Too large by 0\.\d GB: needs 0\.\d GB, 0\.0 GB free\./);
    expect(refusal?.needs).toBeGreaterThan(refusal?.free ?? 0);
    expect(refusal?.free).toBe(40e6);
    await expect(modelsIn(at.profile).fitting.load(model, true)).resolves.toEqual({
      fits: true,
      contextTokens: 8192,
      unload: [],
    });
  });

  it('are recommended for this computer or a given one', async () => {
    const models = modelsIn(at.profile, { memory: 8e9 });
    const here = await models.fitting.recommend();
    expect(here.hardware.memory.freeBytes).toBe(8e9);
    expect(here.candidates[0]).toMatchObject({ fits: 'cpu' });
    const there = await models.fitting.recommend({ vram: 24 * 2 ** 30, ram: 64 * 2 ** 30 });
    expect(there.hardware.gpus).toHaveLength(1);
    expect(there.candidates[0]).toMatchObject({ name: 'qwen3:32b', fits: 'gpu' });
  });

  it('that are here are judged by their own header, also those that no catalogue knows', async () => {
    await put('mine', tinyChat({ context: 4096 }));
    await put('embed', tinyEmbedder());
    const [embed, mine] = await (await approvedModelsIn(at.profile, { memory: 8e9 })).fitting.installed();
    expect(mine).toMatchObject({ name: 'mine:latest', fits: 'cpu', context: 4096 });
    expect(mine?.needs.kv).toBeGreaterThan(0);
    expect(embed).toMatchObject({ name: 'embed:latest', fits: 'cpu' });
    const [, cramped] = await (await approvedModelsIn(at.profile, { memory: 1e6 })).fitting.installed();
    expect(cramped).toMatchObject({ fits: 'no', reason: expect.stringMatching(/^Too large by/) });
  });
});
