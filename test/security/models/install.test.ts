import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelStore, type ModelStore } from '../../../electron/models/index.ts';
import { sha256, testModel } from '../../fixtures/model-registry.ts';
import { testProfile, tinyChat, type TestProfile } from '../../service/models/support.ts';

const weights = tinyChat({ hidden: 128, layers: 2 });
const model = testModel(weights);
const name = 'tiny:latest';

let at: TestProfile;
beforeEach(() => {
  at = testProfile();
  mkdirSync(join(at.store, 'blobs'), { recursive: true, mode: 0o700 });
  for (const [digest, bytes] of model.blobs) writeFileSync(at.blob(digest), bytes, { mode: 0o600 });
  mkdirSync(dirname(manifestOf()), { recursive: true });
  writeFileSync(manifestOf(), model.manifest);
});
afterEach(() => at.remove());

const manifestOf = (): string => join(at.store, 'manifests/registry.ollama.ai/library/tiny/latest');
const open = (): ModelStore =>
  createModelStore({
    profile: at.profile,
    verification: () => 'when-changed',
    standing: () => ({ state: 'approved', reason: null }),
  });

describe('installing', () => {
  const put1 = (store: ModelStore, digest: string, bytes: Buffer): void =>
    writeFileSync(join(store.incoming, `${digest.replace(':', '-')}.partial`), bytes);

  it('refuses a layer that changed on its way, whatever its identity was said to be', async () => {
    rmSync(at.profile, { recursive: true, force: true });
    const store = open();
    await store.prepare(0);
    for (const [digest, bytes] of model.blobs) put1(store, digest, bytes);
    const other = Buffer.from(weights);
    other.writeUInt8(other.readUInt8(600) ^ 1, 600);
    put1(store, model.weights, other);
    await expect(store.install(name, model.manifest, [])).rejects.toMatchObject({ code: 'model_changed' });
    await expect(
      store.install(name, model.manifest, [{ digest: model.weights as never, identity: '1:2:3:4:5' }]),
    ).rejects.toMatchObject({
      code: 'model_changed',
    });
    expect(existsSync(manifestOf())).toBe(false);
    expect(readdirSync(join(at.store, 'blobs'))).not.toContain(model.weights.replace(':', '-'));
  });

  it('keeps the old model when the new one does not arrive', async () => {
    const store = open();
    await store.verify(name);
    const other = testModel(tinyChat({ seed: 8 }), 'Other.');
    await store.prepare(0);
    await expect(store.install(name, other.manifest, [])).rejects.toThrow();
    await expect(open().verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
  });

  it('never writes through a hard link that somebody put there', async () => {
    const outside = join(at.profile, 'outside');
    writeFileSync(outside, 'keep me');
    rmSync(at.blob(model.weights));
    linkSync(outside, at.blob(model.weights));
    chmodSync(outside, 0o600);
    const store = open();
    await store.prepare(0);
    put1(store, model.weights, weights);
    await store.install(name, model.manifest, []);
    expect(readFileSync(outside, 'utf8')).toBe('keep me');
    await expect(store.verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
  });
});
