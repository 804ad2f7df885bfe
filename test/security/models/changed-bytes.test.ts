import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installModel } from '../../fixtures/install-model.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from '../../service/models/support.ts';

const weights = tinyChat();
const parts = {
  template: '{{ .Prompt }} and a few words, so that there is a place for many different changes in it.',
  parameters: { num_predict: 64, stop: ['<|end|>'] },
  licence: 'A licence of some length, for a byte of it may differ as well as one of the weights.',
};
const name = 'tiny:latest';
const rounds = 200;

let at: TestProfile;
let trust: TestTrust;
beforeEach(() => {
  at = testProfile();
});
afterEach(() => at.remove());

async function approved(verification: 'always' | 'when-changed') {
  rmSync(at.profile, { recursive: true, force: true });
  mkdirSync(at.store, { recursive: true });
  const file = join(at.profile, 'w.gguf');
  writeFileSync(file, weights);
  await installModel(at.store, 'tiny', file, parts);
  trust = trustInMemory();
  const models = modelsIn(at.profile, { trust, policy: { 'models.verification': verification } });
  await models.passports.open();
  await models.passports.approve(name, somebody);
  return models;
}

const manifest = (): string => join(at.store, 'manifests/registry.ollama.ai/library/tiny/latest');

/** The manifest and every layer: weights, template, parameters, licence, configuration. */
const files = (): string[] => [
  manifest(),
  ...readdirSync(join(at.store, 'blobs')).map((each) => join(at.store, 'blobs', each)),
];

it.each(['always', 'when-changed'] as const)(
  'finds each of 200 changed bytes before a load, quarantines the model, and records it (%s)',
  async (verification) => {
    const touched = new Set<number>();
    for (let round = 0; round < rounds / 2; round += 1) {
      const models = await approved(verification);
      // Half of them were loaded before: what was hashed then must not hide what happened since.
      if (round % 2 === 0) await models.store.verify(name);
      const all = files();
      expect(all).toHaveLength(6);
      const file = all[round % all.length]!;
      const bytes = readFileSync(file);
      const offset = randomInt(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << randomInt(8)), offset);
      writeFileSync(file, bytes);
      touched.add(round % all.length);

      const load = async (): Promise<unknown> => models.store.verify(name);
      await expect(load(), `round ${round}: byte ${offset} of ${file}`).rejects.toMatchObject({
        code: expect.stringMatching(/^model_(changed|blocked)$/) as string,
      });
      expect(existsSync(manifest()), `round ${round}`).toBe(false);
      await expect.poll(() => trust.recorded.at(-1)).toMatchObject({ kind: 'model', stage: 'changed' });
      await expect(models.passports.passport(name)).resolves.toMatchObject({ state: 'quarantined' });
      await expect(models.defaultChatModel()).resolves.toBeNull();
      await expect(load()).rejects.toThrow();
    }
    expect(touched.size).toBe(6);
  },
  240_000,
);
