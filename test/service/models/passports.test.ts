import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Arrival, Models } from '../../../electron/models/index.ts';
import type { PolicyValues } from '../../../shared/policy/registry.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { testModel, type TestModel } from '../../fixtures/model-registry.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from './support.ts';

const first = testModel(tinyChat(), 'Licence of the first.');
const second = testModel(tinyChat({ seed: 8 }), 'Licence of the second.');
const listed = { kind: 'registry', address: 'https://registry.ollama.ai' } as const;
const elsewhere = { kind: 'registry', address: 'http://127.0.0.1:5000' } as const;

let at: TestProfile;
let trust: TestTrust;
beforeEach(() => {
  at = testProfile();
  trust = trustInMemory();
});
afterEach(() => at.remove());

async function open(policy: Partial<PolicyValues> = {}): Promise<Models> {
  const models = modelsIn(at.profile, { trust, policy });
  await models.passports.open();
  return models;
}

/** As a download does it: layers in `incoming`, then the manifest. */
async function bring(models: Models, model: TestModel, source: Arrival['source'] = listed, name = 'tiny') {
  await models.store.prepare(0);
  for (const [digest, bytes] of model.blobs)
    writeFileSync(join(models.store.incoming, `${digest.replace(':', '-')}.partial`), bytes);
  return models.passports.admit({ name, manifest: model.manifest, arrived: [], source }, somebody);
}

const actions = (): (string | null)[] => trust.recorded.map((entry) => entry.stage);
const live = (): string[] => (existsSync(join(at.store, 'blobs')) ? readdirSync(join(at.store, 'blobs')) : []);

describe('a model that arrives', () => {
  it('new, from a listed publisher, is approved by the asking itself, and its passport says so', async () => {
    const models = await open();
    await expect(bring(models, first)).resolves.toMatchObject({ name: 'tiny:latest', state: 'approved', reason: null });
    const passport = await models.passports.passport('tiny');
    expect(passport).toMatchObject({
      state: 'approved',
      architecture: 'llama',
      quantization: 'F16',
      context: 8192,
      source: { kind: 'registry', address: 'https://registry.ollama.ai' },
      publisher: { name: 'registry.ollama.ai/library', listed: true, signature: null },
      licence: { name: 'Licence of the first.', text: 'Licence of the first.' },
      approvals: [{ action: 'approved', by: somebody.subject, self: true }],
      previous: [],
    });
    expect(passport.layers.map((layer) => layer.role)).toContain('weights');
    expect(passport.template?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(actions()).toEqual(['brought', 'approved']);
    await expect(models.store.verify('tiny')).resolves.toEqual({ digest: passport.digest });
  });

  it.each<[string, Arrival['source'], Partial<PolicyValues>]>([
    ['from a registry that is not listed', elsewhere, {}],
    ['from a file', { kind: 'file', address: 'w.gguf' }, {}],
    ['where a model admin must approve', listed, { 'models.approval': 'required' }],
    ['where nobody is listed', listed, { 'models.publishers': [] }],
  ])('%s waits out of the engine’s sight until somebody approves it', async (_, source, policy) => {
    const models = await open(policy);
    const arrived = await bring(models, first, source);
    expect(arrived).toMatchObject({ state: 'quarantined', reason: expect.stringMatching(/\.$/) as string });
    expect(live()).toEqual([]);
    await expect(models.store.verify('tiny')).rejects.toMatchObject({ code: 'model_blocked' });
    await expect(models.defaultChatModel()).resolves.toBeNull();
    await expect(models.passports.approve('tiny', somebody, { reason: 'Read.' })).resolves.toMatchObject({
      state: 'approved',
      approvals: [{ action: 'quarantined' }, { action: 'approved', self: true, reason: 'Read.' }],
    });
    await models.store.verify('tiny');
    expect(actions()).toEqual(['brought', 'approved']);
  });

  it('is judged by its own header while it waits, so that whoever approves knows whether it fits', async () => {
    const models = await open();
    await bring(models, first, { kind: 'file', address: 'w.gguf' });
    expect(live()).toEqual([]);
    const [fit] = await models.fitting.ofEach(['tiny:latest'], 2048);
    expect(fit).toMatchObject({ name: 'tiny:latest', contextTokens: 2048, fits: 'cpu', modelContext: 8192 });
    await expect(models.fitting.installed()).resolves.toMatchObject([{ name: 'tiny:latest', needs: fit?.needs }]);
    await models.passports.approve('tiny', somebody);
    await expect(models.fitting.of('tiny:latest', 2048)).resolves.toEqual(fit);
  });

  it('without a vault waits, and with a locked one is refused', async () => {
    trust = trustInMemory('absent');
    const models = modelsIn(at.profile, { trust });
    await expect(bring(models, first)).resolves.toMatchObject({ state: 'quarantined' });
    await expect(models.passports.approve('tiny', somebody)).rejects.toMatchObject({ code: 'vault_absent' });
    trust = trustInMemory('locked');
    await expect(bring(modelsIn(at.profile, { trust }), first)).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('a new version under a known name', () => {
  it('waits while the old one runs on, shows what its template changes, and can be rolled back in one step', async () => {
    const models = await open();
    const before = await bring(models, first);
    const next = testModel(tinyChat({ seed: 8, context: 4096 }), 'Other.');
    const arrived = await bring(models, next);
    expect(arrived).toMatchObject({ state: 'quarantined', reason: expect.stringContaining('new version') as string });
    await expect(models.store.verify('tiny')).resolves.toEqual({ digest: before.digest });
    await expect(models.store.find('tiny')).resolves.toMatchObject({
      state: 'approved',
      digest: before.digest,
      reason: 'Another version waits for approval.',
    });
    await expect(models.passports.approve('tiny', somebody, { digest: before.digest })).rejects.toMatchObject({
      code: 'conflict',
    });
    const approved = await models.passports.approve('tiny', somebody, { digest: arrived.digest });
    expect(approved).toMatchObject({ digest: arrived.digest, previous: [{ digest: before.digest }] });
    await expect(models.store.verify('tiny')).resolves.toEqual({ digest: arrived.digest });
    const back = await models.passports.rollback('tiny', somebody);
    expect(back).toMatchObject({ digest: before.digest, state: 'approved' });
    expect(back.approvals.at(-1)).toMatchObject({ action: 'rolled-back', digest: before.digest });
    await expect(models.store.verify('tiny')).resolves.toEqual({ digest: before.digest });
    expect(trust.unloaded).toContain('tiny:latest');
  });

  it('that was blocked stays blocked, under another name too, and after the name was removed', async () => {
    const models = await open();
    await bring(models, first);
    await expect(models.passports.block('tiny', 'It leaks.', somebody)).resolves.toMatchObject({
      state: 'blocked',
      reason: 'It leaks.',
    });
    await expect(models.store.verify('tiny')).rejects.toMatchObject({ code: 'model_blocked' });
    await expect(bring(models, first)).resolves.toMatchObject({ state: 'blocked' });
    await expect(bring(models, first, listed, 'twin')).resolves.toMatchObject({ state: 'blocked' });
    await models.passports.remove('tiny', somebody);
    await expect(bring(models, first)).resolves.toMatchObject({ state: 'blocked' });
    expect(live()).toEqual([]);
  });
});

describe('a model that is removed', () => {
  it('takes its files along, but none that another needs', async () => {
    const models = await open();
    await bring(models, first);
    await bring(models, second, listed, 'other');
    await bring(models, first, listed, 'twin');
    await models.passports.remove('tiny', somebody);
    await expect(models.store.find('tiny')).resolves.toBeNull();
    for (const name of ['other', 'twin']) await models.passports.approve(name, somebody);
    await models.store.verify('twin');
    await models.passports.remove('twin', somebody);
    await models.store.verify('other');
    expect(live()).toHaveLength(second.blobs.size);
    expect(actions()).toContain('removed');
  });
});

describe('what lies in the store when passports come', () => {
  it('is approved by nobody: it leaves the engine’s sight until somebody approves it', async () => {
    mkdirSync(at.store, { recursive: true });
    const file = join(at.profile, 'w.gguf');
    writeFileSync(file, tinyChat());
    await installModel(at.store, 'old', file);
    const models = await open();
    await expect(models.store.list()).resolves.toMatchObject([{ name: 'old:latest', state: 'quarantined' }]);
    expect(live()).toEqual([]);
    await expect(models.passports.passport('old')).resolves.toMatchObject({
      source: { kind: 'found' },
      approvals: [{ action: 'quarantined', by: 'Cloister' }],
    });
    await models.passports.approve('old', somebody);
    await models.store.verify('old');
    // The next start knows it.
    await expect((await open()).store.list()).resolves.toMatchObject([{ name: 'old:latest', state: 'approved' }]);
  });

  it('is finished where a crash came between a decision and its files', async () => {
    const models = await open();
    await bring(models, first, elsewhere);
    const release = models.store.release.bind(models.store);
    Object.assign(models.store, { release: () => Promise.reject(new Error('the power went')) });
    await expect(models.passports.approve('tiny', somebody)).rejects.toThrow('the power went');
    Object.assign(models.store, { release });
    expect(live()).toEqual([]);
    const next = await open();
    await expect(next.store.find('tiny')).resolves.toMatchObject({ state: 'approved' });
    await next.store.verify('tiny');
  });
});

describe('models verify', () => {
  it('hashes every byte, tells how far it is, and keeps the last twenty results', async () => {
    const models = await open();
    await bring(models, first);
    const seen: number[] = [];
    for (let round = 0; round < 22; round += 1)
      await models.passports.verify('tiny', { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(Math.max(...seen)).toBe(1);
    const { verifications } = await models.passports.passport('tiny');
    expect(verifications).toHaveLength(20);
    expect(verifications.every((each) => each.ok)).toBe(true);
    rmSync(at.blob(first.weights));
    await expect(models.passports.verify(null)).resolves.toMatchObject([{ name: 'tiny:latest', ok: false }]);
  });
});
