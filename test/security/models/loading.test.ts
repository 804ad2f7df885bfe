import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Models } from '../../../electron/models/index.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { askOf, openApplication } from '../../service/app/support.ts';
import { realEngine } from '../../service/engine/support.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from '../../service/models/support.ts';

const name = 'tiny:latest';

describe('between the check and the load', () => {
  let at: TestProfile;
  let trust: TestTrust;
  let models: Models;
  let weights = '';
  const blobs = (): string => join(at.store, 'blobs');
  const manifest = (): string => join(at.store, 'manifests/registry.ollama.ai/library/tiny/latest');
  const aside = (): string => join(at.profile, 'aside');

  beforeEach(async () => {
    at = testProfile();
    mkdirSync(at.store, { recursive: true });
    const file = join(at.profile, 'w.gguf');
    writeFileSync(file, tinyChat());
    await installModel(at.store, 'tiny', file, { licence: 'Free.' });
    trust = trustInMemory();
    models = modelsIn(at.profile, { trust });
    await models.passports.open();
    const passport = await models.passports.approve(name, somebody);
    weights = at.blob(passport.layers.find((layer) => layer.role === 'weights')!.digest);
    await models.store.verify(name);
    trust.unloaded.length = 0;
  });
  afterEach(() => at.remove());

  it('nothing happened: the load stands', async () => {
    await expect(models.confirmLoad(name)).resolves.toBeUndefined();
    expect(trust.unloaded).not.toContain(name);
  });

  it.each<[string, () => void]>([
    [
      'the weights are exchanged',
      () => {
        writeFileSync(aside(), tinyChat({ seed: 9 }));
        renameSync(aside(), weights);
      },
    ],
    [
      'the weights are moved away and back',
      () => {
        renameSync(weights, aside());
        copyFileSync(aside(), weights);
        renameSync(aside(), weights);
      },
    ],
    [
      'the folder of the layers is moved away and back',
      () => {
        renameSync(blobs(), aside());
        mkdirSync(blobs());
        execFileSync('rmdir', [blobs()]);
        renameSync(aside(), blobs());
      },
    ],
    [
      'a byte is changed and put back, with its times',
      () => {
        const { atime, mtime } = statSync(weights);
        const bytes = readFileSync(weights);
        writeFileSync(weights, tinyChat({ seed: 9 }));
        writeFileSync(weights, bytes);
        utimesSync(weights, atime, mtime);
      },
    ],
    [
      'the manifest is exchanged and put back',
      () => {
        renameSync(manifest(), aside());
        writeFileSync(manifest(), '{}');
        renameSync(aside(), manifest());
      },
    ],
  ])('%s: found, and the engine lets go of what it read', async (_what, happen) => {
    happen();
    await expect(models.confirmLoad(name)).rejects.toMatchObject({ code: 'model_changed' });
    expect(trust.unloaded).toContain(name);
    const { verifications } = await models.passports.passport(name);
    expect(verifications.at(-1)).toMatchObject({ ok: false, problem: 'touched while loading' });
  });

  it('files that are whole again may be loaded anew', async () => {
    renameSync(weights, aside());
    renameSync(aside(), weights);
    await expect(models.confirmLoad(name)).rejects.toMatchObject({ code: 'model_changed' });
    await models.store.verify(name);
    await expect(models.confirmLoad(name)).resolves.toBeUndefined();
  });
});

describe('a load by the real engine', () => {
  let office: Awaited<ReturnType<typeof openApplication>>;
  beforeAll(async () => {
    office = await openApplication(async (folder) => {
      const file = join(folder, '..', 'w.gguf');
      writeFileSync(file, tinyChat({ context: 1024 }));
      await installModel(folder, 'tiny', file, { parameters: { num_predict: 16 } });
    });
    await office.application.rooms.engine.trustFile(realEngine);
  });
  afterAll(() => office.close());

  it('of weights that were exchanged after the check answers nothing, and holds no other model', async () => {
    const { models, audit } = office.application.rooms;
    const { layers } = await models.passports.passport(name);
    const { digest } = layers.find((layer) => layer.role === 'weights')!;
    const weights = join(models.store.directory, 'blobs', digest.replace(':', '-'));
    const other = join(office.folder, 'other.gguf');
    writeFileSync(other, tinyChat({ seed: 9, context: 1024 }));
    const asked = await askOf(
      office.application,
      { question: 'Say something.', mode: 'chat', model: name },
      new AbortController().signal,
      (event) => {
        if (event.type === 'stage' && event.stage === 'fit') renameSync(other, weights);
      },
    );
    expect(asked.streamed).toBe('');
    expect(asked.thrown).toMatchObject({ code: 'model_changed' });
    const client = await office.application.rooms.engine.client();
    await expect.poll(() => client.loaded(), { timeout: 30_000 }).toEqual([]);
    expect((await audit.list({ limit: 5 })).find((entry) => entry.kind === 'chat')).toMatchObject({
      code: 'model_changed',
    });
    // The next question finds the other bytes before anything is loaded.
    const again = await askOf(office.application, { question: 'Say more.', mode: 'chat', model: name });
    expect(again.thrown).toMatchObject({ code: 'model_changed' });
    expect(existsSync(weights)).toBe(false);
    await expect(models.store.find(name)).resolves.toMatchObject({ state: 'quarantined' });
  }, 180_000);
});
