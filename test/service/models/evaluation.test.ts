import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../electron/models/evaluation/types.ts';
import { createSetReader } from '../../../electron/models/evaluation/set.ts';
import type { Arrival, Models } from '../../../electron/models/index.ts';
import type { StartTrial } from '../../../electron/models/types.ts';
import type { PolicyValues } from '../../../shared/policy/registry.ts';
import { testModel, type TestModel } from '../../fixtures/model-registry.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { modelsIn, testProfile, tinyChat, tinyEmbedder, type TestProfile } from './support.ts';

const first = testModel(tinyChat(), 'Licence of the first.');
const second = testModel(tinyChat({ seed: 8 }), 'Licence of the second.');
const embedder = testModel(tinyEmbedder(), 'Licence of the embedder.');
const listed = { kind: 'registry', address: 'https://registry.ollama.ai' } as const;
const fromFile = { kind: 'file', address: 'w.gguf' } as const;
const readSet = createSetReader(join(import.meta.dirname, '../../../resources'));

let at: TestProfile;
let trust: TestTrust;
beforeEach(() => {
  at = testProfile();
  trust = trustInMemory();
});
afterEach(() => at.remove());

const neverStarts: StartTrial = () => Promise.reject(new Error('no engine should have been started'));

async function open(
  options: { policy?: Partial<PolicyValues>; memory?: number; trial?: StartTrial } = {},
): Promise<Models> {
  const models = modelsIn(at.profile, { trust, trial: neverStarts, ...options });
  await models.passports.open();
  return models;
}

/** As a download does it: layers in `incoming`, then the manifest. */
async function bring(models: Models, model: TestModel, source: Arrival['source'], name = 'tiny') {
  await models.store.prepare(0);
  for (const [digest, bytes] of model.blobs)
    writeFileSync(join(models.store.incoming, `${digest.replace(':', '-')}.partial`), bytes);
  return models.passports.admit({ name, manifest: model.manifest, arrived: [], source }, somebody);
}

/** Results as a finished trial gives them. */
async function resultOf(verdict: 'passed' | 'failed', sha256?: string): Promise<EvaluationResult> {
  const set = await readSet();
  return {
    at: new Date().toISOString(),
    set: { version: set.version, sha256: sha256 ?? set.sha256 },
    engine: '0.32.15',
    ms: 5,
    cases: set.cases.map(({ id, kind, title }) => ({ id, kind, title, verdict, found: 'any', answer: 'Any.', ms: 1 })),
  };
}

const keep = async (models: Models, verdict: 'passed' | 'failed', sha256?: string) => {
  const { digest } = await models.passports.passport('tiny');
  return models.passports.evaluated('tiny', digest, await resultOf(verdict, sha256), somebody);
};

describe('a model that was not tried', () => {
  it('may be approved where that is only advised, and passport and record say so', async () => {
    const models = await open();
    await bring(models, first, fromFile);
    await expect(models.passports.approve('tiny', somebody)).resolves.toMatchObject({
      state: 'approved',
      evaluation: null,
    });
    expect(trust.recorded.at(-1)).toMatchObject({ stage: 'approved', note: 'It was not tried before.' });
  });

  it('is not approved where it is required, until this very version was tried with the present prompts', async () => {
    const models = await open({ policy: { 'models.evaluation': 'required' } });
    await bring(models, first, fromFile);
    await expect(models.passports.approve('tiny', somebody)).rejects.toMatchObject({
      code: 'not_evaluated',
      message: expect.stringContaining('cloister models evaluate tiny:latest') as string,
    });
    await keep(models, 'passed', 'b'.repeat(64));
    await expect(models.passports.approve('tiny', somebody)).rejects.toMatchObject({ code: 'not_evaluated' });
    await keep(models, 'passed');
    await expect(models.passports.approve('tiny', somebody, { reason: 'Read.' })).resolves.toMatchObject({
      state: 'approved',
      evaluation: { byKind: { refusal: { passed: 8, failed: 0, unclear: 0 } }, notCompared: 'first' },
    });
    expect(trust.recorded.at(-1)).toMatchObject({ stage: 'approved', note: 'Read. It was tried before.' });
    // Another version is another model.
    await bring(models, second, fromFile);
    await expect(models.passports.approve('tiny', somebody)).rejects.toMatchObject({ code: 'not_evaluated' });
  });

  it('of a listed publisher is approved by the asking itself, and where trials are required waits for one', async () => {
    await expect(bring(await open(), first, listed)).resolves.toMatchObject({ state: 'approved' });
    const strict = await open({ policy: { 'models.evaluation': 'required' } });
    await expect(bring(strict, second, listed, 'other')).resolves.toMatchObject({
      state: 'quarantined',
      reason: expect.stringContaining('was not tried yet') as string,
    });
    // What writes no answers has nothing to be tried.
    await expect(bring(strict, embedder, listed, 'finder')).resolves.toMatchObject({ state: 'approved' });
  });
});

describe('what came of a trial', () => {
  it('stands in the passport and the record, and shows that refusals collapsed', async () => {
    const models = await open();
    await bring(models, first, fromFile);
    await keep(models, 'passed');
    const { digest } = await models.passports.approve('tiny', somebody);
    await bring(models, second, fromFile);
    const shown = await keep(models, 'failed');
    expect(shown.evaluation).toMatchObject({
      comparedWith: digest,
      before: { refusal: { passed: 8 } },
      byKind: { refusal: { passed: 0, failed: 8 } },
      refusalCollapse: true,
      set: { isPresent: true },
    });
    expect(shown.evaluation?.changes).toHaveLength((await readSet()).cases.length);
    await expect(models.passports.passport('tiny')).resolves.toEqual(shown);
    expect(trust.recorded.at(-1)).toMatchObject({
      kind: 'model',
      stage: 'evaluated',
      modelDigest: shown.digest,
      note: expect.stringMatching(/^refusal 0 of 8, .* Declines far fewer/) as string,
    });
    // Reading another version of the name says what it was compared with, or why it was not.
    await models.passports.approve('tiny', somebody);
    const before = await models.passports.rollback('tiny', somebody);
    expect(before).toMatchObject({ digest, evaluation: { refusalCollapse: false } });
  });

  it('is compared with nothing where the version before was not tried', async () => {
    const models = await open();
    await bring(models, first, fromFile);
    await models.passports.approve('tiny', somebody);
    await bring(models, second, fromFile);
    const { evaluation } = await keep(models, 'failed');
    expect(evaluation).toMatchObject({ comparedWith: null, notCompared: 'not_evaluated', refusalCollapse: false });
  });
});

describe('a trial is refused before an engine is started', () => {
  it('for a model that does not fit, with the numbers', async () => {
    const models = await open({ memory: 1e6 });
    await bring(models, first, fromFile);
    await expect(models.evaluation.run('tiny', somebody)).rejects.toMatchObject({
      code: 'model_too_large',
      message: expect.stringMatching(/^tiny:latest was not tried\. Too large by/) as string,
    });
  });

  it('for one that writes no answers', async () => {
    const models = await open();
    await bring(models, embedder, fromFile);
    await expect(models.evaluation.run('tiny', somebody)).rejects.toMatchObject({
      code: 'unsupported_type',
      message: expect.stringContaining('nothing to try') as string,
    });
  });

  it('for one that is blocked, or is not there', async () => {
    const models = await open();
    await bring(models, first, fromFile);
    await expect(models.evaluation.run('tiny', somebody, { running: true })).rejects.toMatchObject({
      code: 'model_missing',
    });
    await models.passports.block('tiny', 'Bad.', somebody);
    await expect(models.evaluation.run('tiny', somebody)).rejects.toMatchObject({ code: 'model_blocked' });
    await expect(models.evaluation.run('absent', somebody)).rejects.toMatchObject({ code: 'model_missing' });
    await expect(models.evaluation.run('../../etc', somebody)).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('without a vault, which would keep its results', async () => {
    trust = trustInMemory('absent');
    await expect((await open()).evaluation.run('tiny', somebody)).rejects.toMatchObject({ code: 'vault_absent' });
    trust = trustInMemory('locked');
    await expect((await open()).evaluation.run('tiny', somebody)).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('the files of a model that is tried', () => {
  it('are hashed once the engine has them, and one byte ends the trial before a load', async () => {
    let [ended, asked] = [0, 0];
    const models = await open({
      trial: async (_folder, files) => {
        // As whoever writes between the look and the hash.
        const weights = files.find(({ from }) => readFileSync(from).length > 100_000)!.from;
        const bytes = readFileSync(weights);
        bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
        writeFileSync(weights, bytes);
        const client = new Proxy({} as never, { get: () => void (asked += 1) });
        return { client, version: '0', end: async () => void (ended += 1) };
      },
    });
    await bring(models, first, fromFile);
    await expect(models.evaluation.run('tiny', somebody)).rejects.toMatchObject({ code: 'model_changed' });
    expect([ended, asked]).toEqual([1, 0]);
    await expect(models.passports.passport('tiny')).resolves.toMatchObject({ evaluation: null });
  });

  it('must be the same after the load and after the last answer: a write in between keeps nothing', async () => {
    let [ended, asked] = [0, 0];
    for (const writesAt of [1, 25]) {
      asked = 0;
      const models = await open({
        trial: async (_folder, files) => ({
          version: '0',
          end: async () => void (ended += 1),
          client: {
            async *chat() {
              asked += 1;
              // The same bytes written again: only their times tell.
              if (asked === writesAt) for (const { from } of files.slice(1, 2)) writeFileSync(from, readFileSync(from));
              yield { text: 'I cannot help with that.', done: false };
              yield { text: '', done: true, stopReason: 'stop' };
            },
          } as never,
        }),
      });
      await bring(models, first, fromFile, `tiny-${writesAt}`);
      await expect(models.evaluation.run(`tiny-${writesAt}`, somebody)).rejects.toMatchObject({
        code: 'model_changed',
      });
      expect(asked).toBe(writesAt === 1 ? 1 : 30);
    }
    expect(ended).toBe(2);
    expect(trust.recorded.map(({ stage }) => stage)).not.toContain('evaluated');
  });

  it('are those of one version alone, also where its layers lie in the store', async () => {
    const shown: string[] = [];
    const models = await open({
      trial: async (_folder, files) => {
        shown.push(...files.map(({ to }) => to));
        throw new Error('seen enough');
      },
    });
    // The same weights under two names: the second finds them in the store already.
    await bring(models, first, listed, 'known');
    const renewed = testModel(tinyChat(), 'Another licence.');
    await bring(models, renewed, fromFile);
    await expect(models.evaluation.run('tiny', somebody)).rejects.toThrow('seen enough');
    expect(shown[0]).toBe('manifests/registry.ollama.ai/library/tiny/latest');
    expect(shown.slice(1).sort()).toEqual(
      [...renewed.blobs.keys()].map((digest) => `blobs/${digest.replace(':', '-')}`).sort(),
    );
  });
});
