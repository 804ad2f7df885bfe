import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelStore, type ModelStore } from '../../../electron/models/index.ts';
import { checkLayers } from '../../../electron/models/store/check-layers.ts';
import { hashHere } from '../../../electron/models/store/hasher.ts';
import { identityOf } from '../../../electron/models/store/files.ts';
import { parseManifest } from '../../../electron/models/store/manifest.ts';
import { sha256, testModel } from '../../fixtures/model-registry.ts';
import { testProfile, tinyChat, type TestProfile } from '../../service/models/support.ts';

const weights = tinyChat({ hidden: 128, layers: 2 });
const model = testModel(weights);
const name = 'tiny:latest';

let at: TestProfile;
beforeEach(() => {
  at = testProfile();
  put();
});
afterEach(() => at.remove());

const manifestOf = (root = at.store): string => join(root, 'manifests/registry.ollama.ai/library/tiny/latest');
const quarantine = (): string => join(at.profile, 'quarantine');
/** A process of its own, as far as the store knows. */
const open = (verification: 'always' | 'when-changed' = 'when-changed'): ModelStore =>
  createModelStore({
    profile: at.profile,
    verification: () => verification,
    standing: () => ({ state: 'approved', reason: null }),
  });

function put(parts = model, manifest = manifestOf()): void {
  mkdirSync(join(at.store, 'blobs'), { recursive: true, mode: 0o700 });
  for (const [digest, bytes] of parts.blobs) writeFileSync(at.blob(digest), bytes, { mode: 0o600 });
  mkdirSync(dirname(manifest), { recursive: true });
  writeFileSync(manifest, parts.manifest);
}

function flipOneBit(file: string, offset: number): void {
  const out = openSync(file, 'r+');
  const byte = readFileSync(file).subarray(offset, offset + 1);
  byte.writeUInt8(byte.readUInt8(0) ^ (1 << randomInt(8)));
  writeSync(out, byte, 0, 1, offset);
  closeSync(out);
}

async function expectTakenOut(store: ModelStore): Promise<void> {
  expect(existsSync(manifestOf())).toBe(false);
  expect(existsSync(manifestOf(quarantine()))).toBe(true);
  await expect(store.find(name)).resolves.toMatchObject({ state: 'quarantined', verified: { ok: false } });
  await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
  // Another start knows it too.
  await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
  await expect(open().list()).resolves.toMatchObject([{ name, state: 'quarantined' }]);
}

describe('a model that is what it should be', () => {
  it('verifies, is listed, and says when', async () => {
    const store = open();
    await expect(store.find(name)).resolves.toMatchObject({ verified: { at: null, ok: null } });
    await expect(store.verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
    const [listed] = await store.list();
    expect(listed).toMatchObject({
      name,
      digest: sha256(model.manifest),
      kind: 'chat',
      state: 'approved',
      verified: { ok: true },
    });
    expect(Date.parse(listed!.verified.at!)).toBeGreaterThan(Date.now() - 60_000);
    expect(listed!.size).toBe([...model.blobs.values()].reduce((sum, bytes) => sum + bytes.length, 0));
    expect(lstatSync(join(at.profile, 'models.json')).mode & 0o777).toBe(0o600);
  });

  it('is not hashed again while its file is the same one: a check costs little', async () => {
    const store = open();
    await store.verify(name);
    const before = performance.now();
    for (let call = 0; call < 100; call++) await store.verify(name);
    expect((performance.now() - before) / 100).toBeLessThan(10);
  });

  it('is hashed at each load when policy says so: what was remembered does not count', async () => {
    flipOneBit(at.blob(model.weights), 50);
    const manifest = parseManifest(model.manifest);
    // A memory that claims every file was hashed as it lies there now.
    const hashed = new Map(
      manifest.layers.map(({ digest }) => [digest, identityOf(statSync(at.blob(digest), { bigint: true }))]),
    );
    const check = async (mode: 'always' | 'when-changed'): Promise<boolean> =>
      (await checkLayers(at.store, manifest, { mode, hashed: new Map(hashed), hash: hashHere })).every(
        (layer) => layer.ok,
      );
    await expect(check('when-changed')).resolves.toBe(true);
    await expect(check('always')).resolves.toBe(false);
  });
});

describe('a byte that differs', () => {
  it('is found before the load, wherever it is: 100 random flips in weights, template, licence and configuration', async () => {
    const digests = [...model.blobs.keys()];
    for (let round = 0; round < 100; round++) {
      rmSync(at.profile, { recursive: true, force: true });
      put();
      const store = open();
      if (round % 2 === 0) await store.verify(name);
      const digest = digests[round % digests.length]!;
      flipOneBit(at.blob(digest), randomInt(model.blobs.get(digest)!.length));
      await expect(store.verify(name), `round ${round}`).rejects.toMatchObject({ code: 'model_changed' });
      expect(existsSync(manifestOf())).toBe(false);
      expect(existsSync(at.blob(digest))).toBe(false);
    }
  }, 60_000);

  it('is found although length and times are put back', async () => {
    const store = open();
    await store.verify(name);
    const file = at.blob(model.weights);
    const before = statSync(file);
    flipOneBit(file, 1000);
    utimesSync(file, before.atime, before.mtime);
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await expectTakenOut(store);
  });

  it('is found in a file that was exchanged for one of the same length and times', async () => {
    const store = open();
    await store.verify(name);
    const file = at.blob(model.weights);
    const { atime, mtime } = statSync(file);
    const other = Buffer.from(readFileSync(file));
    other.writeUInt8(other.readUInt8(500) ^ 1, 500);
    writeFileSync(`${file}.new`, other);
    utimesSync(`${file}.new`, atime, mtime);
    renameSync(`${file}.new`, file);
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
  });

  it('takes the model out for good: putting the byte back does not bring it back', async () => {
    const store = open();
    flipOneBit(at.blob(model.weights), 4000);
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    writeFileSync(at.blob(model.weights), model.blobs.get(model.weights)!);
    await expectTakenOut(store);
  });

  it.each([
    ['cut short', () => truncateSync(at.blob(model.weights), 3000)],
    ['of another magic', () => flipOneBit(at.blob(model.weights), 1)],
    [
      'a link',
      () => {
        rmSync(at.blob(model.weights));
        symlinkSync(manifestOf(), at.blob(model.weights));
      },
    ],
  ])('is found by whoever asks for it or lists it where its weights are %s', async (_, change) => {
    for (const look of [
      (store: ModelStore) => store.find(name),
      async (store: ModelStore) => (await store.list())[0],
    ]) {
      rmSync(quarantine(), { recursive: true, force: true });
      rmSync(join(at.profile, 'models.json'), { force: true });
      rmSync(at.blob(model.weights), { force: true });
      put();
      change();
      const store = open();
      await expect(look(store)).resolves.toMatchObject({
        state: 'quarantined',
        reason: expect.not.stringContaining('hold together') as string,
        verified: { ok: false },
      });
      await expectTakenOut(store);
    }
  });

  it('is told layer by layer', async () => {
    const licence = [...model.blobs.keys()][1]!;
    flipOneBit(at.blob(licence), 3);
    const found = await open().check(name);
    expect(found).toMatchObject({ name, ok: false, problem: 'changed' });
    expect(found.layers.filter((layer) => !layer.ok)).toEqual([
      { digest: licence, ok: false, bytes: 12, problem: 'content' },
    ]);
    expect(found.layers).toHaveLength(4);
    expect((await open().check(name)).ok).toBe(false);
  });

  it('in a layer of two models stops both', async () => {
    put(model, join(at.store, 'manifests/registry.ollama.ai/library/other/latest'));
    flipOneBit(at.blob(model.weights), 9);
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await expect(open().verify('other')).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('can be healed by installing again', async () => {
    const store = open();
    flipOneBit(at.blob(model.weights), 9);
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await store.prepare(0);
    for (const [digest, bytes] of model.blobs)
      writeFileSync(join(store.incoming, `${digest.replace(':', '-')}.partial`), bytes);
    await expect(store.install(name, model.manifest, [])).resolves.toMatchObject({
      state: 'approved',
      verified: { ok: true },
    });
    await expect(open().verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
    expect(existsSync(manifestOf(quarantine()))).toBe(false);
  });
});

describe('a store that was tampered with', () => {
  it.each([-1, 1])('with a file %d byte longer is refused', async (more) => {
    const file = at.blob(model.weights);
    if (more < 0) truncateSync(file, statSync(file).size + more);
    else writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(more)]));
    const store = open();
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await expectTakenOut(store);
  });

  it('with a link for a layer is refused, even to the right bytes', async () => {
    const file = at.blob(model.weights);
    const aside = join(at.profile, 'aside');
    renameSync(file, aside);
    symlinkSync(aside, file);
    const store = open();
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await expectTakenOut(store);
    expect(readFileSync(aside)).toEqual(model.blobs.get(model.weights));
  });

  it('with a pipe or a folder for a layer is refused at once', async () => {
    const file = at.blob(model.weights);
    rmSync(file);
    execFileSync('mkfifo', [file]);
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    put();
    rmSync(file);
    mkdirSync(file);
    rmSync(manifestOf(quarantine()));
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
  });

  it('with links for its folders shows and runs nothing', async () => {
    const aside = join(at.profile, 'aside');
    renameSync(join(at.store, 'blobs'), aside);
    symlinkSync(aside, join(at.store, 'blobs'));
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    const manifests = join(at.profile, 'manifests');
    renameSync(join(at.store, 'manifests'), manifests);
    symlinkSync(manifests, join(at.store, 'manifests'));
    rmSync(quarantine(), { recursive: true, force: true });
    await expect(open().list()).resolves.toEqual([]);
  });

  it('with a link for a manifest shows and runs nothing', async () => {
    const aside = join(at.profile, 'aside');
    renameSync(manifestOf(), aside);
    symlinkSync(aside, manifestOf());
    await expect(open().list()).resolves.toEqual([]);
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
  });

  it('with a layer gone says so, and works again when it is back', async () => {
    const file = at.blob(model.weights);
    renameSync(file, join(at.profile, 'aside'));
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_missing' });
    renameSync(join(at.profile, 'aside'), file);
    await expect(open().verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
  });

  it('with another model under a known name is refused, although every hash is right', async () => {
    const store = open();
    await store.verify(name);
    put(testModel(tinyChat({ seed: 8 }), 'Other.'));
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    await expectTakenOut(store);
  });

  it('with a manifest that is damaged, too large or names a layer twice shows and runs nothing', async () => {
    const twice = JSON.parse(model.manifest.toString()) as { layers: unknown[] };
    twice.layers.push(twice.layers[0]);
    for (const bytes of ['', '{', JSON.stringify(twice), ' '.repeat(2 * 1024 * 1024)]) {
      writeFileSync(manifestOf(), bytes);
      const store = open();
      await expect(store.list()).resolves.toEqual([]);
      await expect(store.unreadable()).resolves.toEqual([name]);
      await expect(store.verify(name)).rejects.toMatchObject({
        code: expect.stringMatching(/unsupported_type|too_large/) as string,
      });
    }
  });

  it('with malformed weights of the right hash shows them as quarantined and runs nothing', async () => {
    const hostile = Buffer.from(weights);
    hostile.writeBigUInt64LE(2n ** 62n, 8);
    const parts = testModel(hostile, 'Hostile.');
    put(parts);
    const store = open();
    await expect(store.find(name)).resolves.toMatchObject({ state: 'quarantined' });
    await expect(store.verify(name)).rejects.toMatchObject({ code: 'unsupported_type' });
  });

  it.each(['../../../etc/passwd', '..', 'tiny:../../x', 'a/b/c/d:e', 'tiny\0', '/tiny'])(
    'asked for %j touches no file',
    async (given) => {
      await expect(open().find(given)).resolves.toBeNull();
      await expect(open().verify(given)).rejects.toMatchObject({ code: 'bad_request' });
      await expect(open().install(given, model.manifest, [])).rejects.toMatchObject({ code: 'bad_request' });
    },
  );

  it('with strange names in it passes them over', async () => {
    const odd = join(at.store, 'manifests/registry.ollama.ai/library');
    for (const folder of ['.hidden', 'con', 'trailing.']) {
      mkdirSync(join(odd, folder));
      writeFileSync(join(odd, folder, 'latest'), model.manifest);
    }
    writeFileSync(join(odd, 'tiny', '.tmp'), model.manifest);
    await expect(open().list()).resolves.toHaveLength(1);
  });

  it('has a record that can lie about when, and about nothing else', async () => {
    const record = join(at.profile, 'models.json');
    const store = open();
    await store.verify(name);
    const said = JSON.parse(readFileSync(record, 'utf8')) as { models: Record<string, { verifiedAt: string }> };
    said.models[name]!.verifiedAt = '2099-01-01T00:00:00.000Z';
    writeFileSync(record, JSON.stringify(said));
    flipOneBit(at.blob(model.weights), 77);
    await expect(open().verify(name)).rejects.toMatchObject({ code: 'model_changed' });
    writeFileSync(record, 'damaged');
    put();
    rmSync(quarantine(), { recursive: true });
    await expect(open().verify(name)).resolves.toEqual({ digest: sha256(model.manifest) });
  });
});
