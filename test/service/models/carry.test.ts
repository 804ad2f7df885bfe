import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../../../shared/contract/types.ts';
import { createModelChecker, type Models } from '../../../electron/models/index.ts';
import { buildChecker, checkerEntry, checkerNode } from '../../fixtures/model-checker.ts';
import { startRegistry, testModel, type RunningRegistry } from '../../fixtures/model-registry.ts';
import { somebody, trustInMemory } from '../../fixtures/model-trust.ts';
import { pair, rawGguf, sanePairs, stringValue, tensor } from '../../fixtures/raw-gguf.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from './support.ts';

let from: TestProfile;
let to: TestProfile;
beforeAll(buildChecker);
beforeEach(() => {
  [from, to] = [testProfile(), testProfile()];
});
afterEach(() => {
  from.remove();
  to.remove();
});

const seed = randomBytes(32);
const carry = {
  checker: createModelChecker({ entry: checkerEntry, node: checkerNode }),
  signingSeed: () => Buffer.from(seed),
};

async function opened(profile: string, options: Parameters<typeof modelsIn>[1] = {}): Promise<Models> {
  const models = modelsIn(profile, { trust: trustInMemory(), carry, ...options });
  await models.passports.open();
  return models;
}

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
const hostile = rawGguf({
  pairs: [...sanePairs, pair('tokenizer.chat_template', stringValue("{{ ''.__class__.__mro__ }}"))],
  tensors: [tensor('a', [8], 0, 0)],
  data: 32,
});

async function bundleOf(models: Models): Promise<{ path: string; keys: string[] }> {
  const file = join(from.profile, 'tiny.gguf');
  writeFileSync(file, tinyChat());
  const { name } = await models.import(file, { name: 'tiny', by: somebody });
  await models.passports.approve(name, somebody);
  const path = join(from.profile, 'tiny.cloister');
  const { keys } = await models.bundle(name, path);
  return { path, keys: keys.map(({ key }) => key) };
}

describe('a model from a file', () => {
  it('is out of the engine’s sight until somebody approves it', async () => {
    const models = await opened(from.profile);
    const file = join(from.profile, 'tiny.gguf');
    writeFileSync(file, tinyChat());
    const { name, state } = await models.import(file, { by: somebody });
    expect(state).toBe('quarantined');
    const { verifications } = await models.passports.passport(name);
    expect(verifications).toEqual([{ at: expect.any(String), ok: true, problem: null, ms: expect.any(Number) }]);
    expect(filesIn(join(from.store, 'blobs'))).toEqual([]);
    expect(filesIn(join(from.profile, 'quarantine', 'incoming'))).toEqual([]);
    await expect(models.store.verify(name)).rejects.toMatchObject({ code: 'model_blocked' });
    await models.passports.approve(name, somebody);
    await models.store.verify(name);
    expect(filesIn(join(from.store, 'blobs'))).toHaveLength(2);
  });

  it('that is hostile leaves nothing anywhere', async () => {
    const models = await opened(from.profile);
    const file = join(from.profile, 'hostile.gguf');
    writeFileSync(file, hostile);
    await expect(models.import(file)).rejects.toMatchObject({ detail: { problem: 'template_attribute' } });
    expect(await models.store.list()).toEqual([]);
    expect(filesIn(join(from.profile, 'quarantine', 'incoming'))).toEqual([]);
  });

  it('is one at a time: the others wait, and each has its line', async () => {
    const models = await opened(from.profile);
    const file = join(from.profile, 'tiny.gguf');
    const broken = join(from.profile, 'hostile.gguf');
    writeFileSync(file, tinyChat());
    writeFileSync(broken, hostile);
    const news: Download[] = [];
    models.imports.onChange((line) => news.push(line));
    const first = models.import(file, { by: somebody });
    const second = models.import(broken).catch(() => null);
    expect(models.imports.list().map(({ kind, name, state }) => [kind, name, state])).toEqual([
      ['file', 'tiny.gguf', 'queued'],
      ['file', 'hostile.gguf', 'queued'],
    ]);
    const { name } = await first;
    await second;
    const { length } = readFileSync(file);
    const [done, failed] = models.imports.list();
    expect(done).toMatchObject({ kind: 'file', name, state: 'done', done: length, total: length, rate: 0 });
    expect(failed).toMatchObject({ state: 'failed', error: 'unsupported_type', problem: 'template_attribute' });
    const states = news.filter(({ id }) => id === done?.id).map(({ state }) => state);
    expect([...new Set(states)]).toEqual(['queued', 'running', 'checking', 'done']);
    for (const { id } of models.imports.list()) await models.imports.cancel(id);
    expect(models.imports.list()).toEqual([]);
    expect((await models.store.list()).map((each) => each.name)).toEqual([name]);
  });

  it('that is stopped leaves no line, no file and no model', async () => {
    const models = await opened(from.profile);
    const file = join(from.profile, 'large.gguf');
    writeFileSync(file, Buffer.concat([tinyChat(), Buffer.alloc(64 * 2 ** 20)]));
    const running = Promise.withResolvers<string>();
    models.imports.onChange(({ id, done }) => done > 0 && running.resolve(id));
    const outcome = models.import(file).catch((thrown: unknown) => thrown);
    await models.imports.cancel(await running.promise);
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    expect(models.imports.list()).toEqual([]);
    expect(filesIn(join(from.profile, 'quarantine', 'incoming'))).toEqual([]);
    expect(await models.store.list()).toEqual([]);
    await expect(models.imports.cancel('none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('that waits is stopped before it begins', async () => {
    const models = await opened(from.profile);
    const file = join(from.profile, 'tiny.gguf');
    writeFileSync(file, tinyChat());
    const first = models.import(file);
    const second = models.import(file).catch((thrown: unknown) => thrown);
    await models.imports.cancel(models.imports.list()[1]!.id);
    expect(await second).toMatchObject({ code: 'cancelled' });
    await first;
  });
});

describe('a bundle', () => {
  it('signed by a key that policy lists may be used at once, whichever of its two keys', async () => {
    const { path, keys } = await bundleOf(await opened(from.profile));
    for (const key of keys) {
      const profile = testProfile();
      const policy = { 'models.publishers': [{ name: 'Our models', key }] };
      const models = await opened(profile.profile, { policy });
      const { name, state } = await models.import(path, { by: somebody });
      expect(state).toBe('approved');
      await models.store.verify(name);
      expect((await models.passports.passport(name)).publisher).toMatchObject({
        name: 'Our models',
        listed: true,
        signature: { key, ok: true },
      });
      profile.remove();
    }
  });

  it('waits where its key is not listed, where approval is required, and without a vault', async () => {
    const { path, keys } = await bundleOf(await opened(from.profile));
    const unknown = await opened(to.profile);
    expect((await unknown.import(path, { by: somebody })).state).toBe('quarantined');
    const strict = testProfile();
    const policy = {
      'models.publishers': [{ name: 'Ours', key: keys[0] ?? '' }],
      'models.approval': 'required',
    } as const;
    expect((await (await opened(strict.profile, { policy })).import(path, { by: somebody })).state).toBe('quarantined');
    strict.remove();
    const bare = testProfile();
    expect((await modelsIn(bare.profile, { carry }).import(path)).state).toBe('quarantined');
    bare.remove();
  });
});

describe('a model from a registry', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    await registry.push('library/hostile', 'latest', testModel(hostile));
    await registry.push('library/sound', 'latest', testModel(tinyChat()));
  });
  afterAll(() => registry.stop());

  it('is checked in the sandbox before it is taken in', async () => {
    const models = await opened(to.profile);
    await expect(models.pull('hostile', { from: registry.url })).rejects.toMatchObject({
      code: 'unsupported_type',
      detail: { problem: 'template_attribute' },
    });
    expect(await models.store.list()).toEqual([]);
    expect((await models.pull('sound', { from: registry.url })).name).toBe('sound:latest');
  });

  it('is checked also where its weights are here already, under the name of a licence', async () => {
    const models = await opened(to.profile);
    await registry.push('library/carrier', 'latest', testModel(tinyChat(), hostile));
    await models.pull('carrier', { from: registry.url });
    await expect(models.pull('hostile', { from: registry.url })).rejects.toMatchObject({
      detail: { problem: 'template_attribute' },
    });
    expect((await models.store.list()).map(({ name }) => name)).toEqual(['carrier:latest']);
  });
});
