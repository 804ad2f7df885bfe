import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installModel } from '../../fixtures/install-model.ts';
import { modelsIn, testProfile, tinyChat, tinyEmbedder, type TestProfile } from './support.ts';

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
    const models = modelsIn(at.profile);
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
    await expect(modelsIn(at.profile).defaultChatModel()).resolves.toMatchObject({ name: 'large:latest' });
    // Runner, buffers and cache of the small one take 143 MB, of the large one 183 MB.
    await expect(modelsIn(at.profile, { memory: 150e6 }).defaultChatModel()).resolves.toMatchObject({
      name: 'small:latest',
    });
    await expect(modelsIn(at.profile, { memory: 100e6 }).defaultChatModel()).resolves.toBeNull();
  });

  it('that do not fit are refused with the numbers', async () => {
    await put('large', tinyChat({ hidden: 512, layers: 6 }));
    const models = modelsIn(at.profile, { memory: 160e6 });
    const model = (await models.store.find('large'))!;
    const refusal = (await models.doesNotFit(model, 8192))!;
    expect(refusal.reason).toMatch(/^Too large by 0\.\d GB: needs 0\.\d GB, 0\.2 GB free\.$/);
    expect(refusal.needs).toBeGreaterThan(refusal.free);
    expect(refusal.free).toBe(160e6);
    await expect(modelsIn(at.profile).doesNotFit(model, 8192)).resolves.toBeNull();
  });

  it('are recommended for this computer or a given one', async () => {
    const models = modelsIn(at.profile, { memory: 8e9 });
    const here = await models.recommend();
    expect(here.hardware.memory.freeBytes).toBe(8e9);
    expect(here.candidates[0]).toMatchObject({ fits: 'cpu' });
    const there = await models.recommend({ vram: 24 * 2 ** 30, ram: 64 * 2 ** 30 });
    expect(there.hardware.gpus).toHaveLength(1);
    expect(there.candidates[0]).toMatchObject({ name: 'qwen3:32b', fits: 'gpu' });
  });

  it('that are here are judged by their own header, also those that no catalogue knows', async () => {
    await put('mine', tinyChat({ context: 4096 }));
    await put('embed', tinyEmbedder());
    const [embed, mine] = await modelsIn(at.profile, { memory: 8e9 }).installedFits();
    expect(mine).toMatchObject({ name: 'mine:latest', fits: 'cpu', context: 4096 });
    expect(mine?.needs.kv).toBeGreaterThan(0);
    expect(embed).toMatchObject({ name: 'embed:latest', fits: 'cpu' });
    const [, cramped] = await modelsIn(at.profile, { memory: 100e6 }).installedFits();
    expect(cramped).toMatchObject({ fits: 'no', reason: expect.stringMatching(/^Too large by/) });
  });
});
