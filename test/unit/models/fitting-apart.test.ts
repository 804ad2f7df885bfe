import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hardware } from '../../../shared/contract/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import { loadCatalogue } from '../../../electron/models/catalogue/load.ts';
import { createFitting, type FittingDeps } from '../../../electron/models/fit/create-fitting.ts';
import { sizingOf } from '../../../electron/models/fit/recommend.ts';

const GB = 1e9;
let profile = '';
beforeEach(async () => (profile = await mkdtemp(join(tmpdir(), 'cloister-apart-'))));
afterEach(() => rm(profile, { recursive: true, force: true }));

/** Whether `mistral:7b` (some 5 GB) may be loaded by an engine of its own. */
async function apart(freeBytes: number, held: Awaited<ReturnType<FittingDeps['loaded']>> = []) {
  const catalogue = await loadCatalogue(join(import.meta.dirname, '../../../resources'));
  const hardware: Hardware = {
    memory: { totalBytes: 64 * GB, freeBytes },
    cpu: { model: 'any', cores: 8 },
    gpus: [],
  };
  const listed = catalogue.models.find(({ name }) => name === 'mistral:7b')!;
  const facts = { sizing: sizingOf(listed), parameters: listed.parameters * 1e9, context: listed.context } as never;
  const fitting = createFitting({
    profile,
    hardware: () => Promise.resolve(hardware),
    loaded: () => Promise.resolve(held),
    holders: () => Promise.resolve([]),
    catalogue: () => Promise.resolve(catalogue),
    weights: () => Promise.resolve(facts),
    installed: () => Promise.resolve([]),
    policy: {
      value: <Key extends PolicyKey>(key: Key): PolicyValues[Key] => policyRegistry[key].usual as PolicyValues[Key],
    },
  });
  return fitting.apart({ name: 'mistral:7b', digest: 'a'.repeat(64) }, facts, 2048);
}

const loaded = (name: string, bytes: number) => ({ name, bytes, gpuBytes: 0 });

describe('a model for an engine of its own', () => {
  it('leaves what the usual engine holds where there is room for both', async () => {
    await expect(apart(20 * GB, [loaded('llama3.2:3b', 3 * GB)])).resolves.toEqual({
      fits: true,
      contextTokens: 2048,
      unload: [],
    });
  });

  it('takes its place where there is not, also that of the same name: it is another version', async () => {
    const held = [loaded('mistral:7b', 5 * GB), loaded('all-minilm:latest', 0.3 * GB)];
    await expect(apart(2 * GB, held)).resolves.toMatchObject({
      fits: true,
      unload: ['mistral:7b', 'all-minilm:latest'],
    });
  });

  it('is refused with the numbers where even that is not enough', async () => {
    const refused = await apart(2 * GB, [loaded('llama3.2:3b', 1 * GB)]);
    expect(refused).toMatchObject({
      fits: false,
      refusal: { reason: expect.stringMatching(/^Too large by/) as string },
    });
  });
});
