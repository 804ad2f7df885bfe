import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hardware } from '../../../shared/contract/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import { createFit } from '../../../electron/inference/stages/fit.ts';
import { createFitting, type Fitting } from '../../../electron/models/fit/create-fitting.ts';
import { totalNeeds } from '../../../electron/models/fit/estimate.ts';
import { readWeightFile, type WeightFacts } from '../../../electron/models/index.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { aModel, work } from '../../unit/inference/work.ts';
import { prepare, until, type Bench } from '../engine/support.ts';

/** So much context that no computer has the memory for it: 2 kB for each token. */
const absurd = 64_000_000;

/** Says that there is room for everything, as a driver that lies. */
const boastful: Hardware = {
  memory: { totalBytes: 2 ** 50, freeBytes: 2 ** 50 },
  cpu: { model: 'any', cores: 2 },
  gpus: [],
};

describe('the real engine', () => {
  let bench: Bench;
  let profile = '';
  const model = aModel({ name: 'wide:latest', digest: 'd'.repeat(64) });

  beforeAll(async () => {
    bench = await prepare();
    profile = await mkdtemp(join(tmpdir(), 'cloister-fit-'));
    const file = join(bench.folder, 'wide.gguf');
    writeTinyChatModel(file, {
      context: absurd,
      hidden: 256,
      layers: 2,
      heads: 4,
      keyValueHeads: 4,
      feedForward: 1024,
    });
    await installModel(bench.models, 'wide', file);
    await bench.engine.start();
  }, 60_000);
  afterAll(async () => {
    await bench.end();
    await rm(profile, { recursive: true, force: true });
  });

  const facts = () => readWeightFile(bench.folder, ['wide.gguf']);

  function fittingWith(hardware: Hardware, longest: number, weights: () => Promise<WeightFacts> = facts): Fitting {
    const rules: Partial<PolicyValues> = { 'models.longestContext': longest };
    return createFitting({
      profile,
      hardware: () => Promise.resolve(hardware),
      loaded: async () => (await bench.engine.client()).loaded(),
      holders: () => Promise.resolve([]),
      catalogue: () => Promise.resolve({ models: [] } as never),
      weights,
      installed: () => Promise.resolve([model]),
      policy: {
        value: <Key extends PolicyKey>(key: Key): PolicyValues[Key] =>
          (rules[key] ?? policyRegistry[key].usual) as PolicyValues[Key],
      },
    });
  }

  /** One short question through the stage, with the real load behind it. */
  async function askWith(fitting: Fitting) {
    const store = { find: async () => model } as never;
    const fit = createFit({ models: { store, fitting }, engine: bench.engine, now: () => performance.now() });
    const asked = Object.assign(work({ mode: 'chat' }), { model: { name: 'wide:latest', digest: model.digest } });
    await fit.decide(asked);
    const first = asked.contextTokens;
    const client = await bench.engine.client();
    async function* answer(): AsyncGenerator<string> {
      const messages = [{ role: 'user' as const, content: 'x' }];
      const request = { model: 'wide', messages, contextTokens: asked.contextTokens, maxTokens: 2 };
      for await (const chunk of client.chat(request, AbortSignal.timeout(100_000))) yield chunk.text;
    }
    const said: string[] = [];
    for await (const piece of fit.attempt(asked, answer)) said.push(piece);
    return { first, last: asked.contextTokens, said };
  }

  it('that cannot load is asked once more with less, and answers', async () => {
    const { first, last, said } = await askWith(fittingWith(boastful, absurd));
    expect([first, last]).toEqual([absurd, 131_072]);
    expect(said.length).toBeGreaterThan(0);
  }, 120_000);

  it('teaches by its own list what an estimate got wrong, from the first load on', async () => {
    // As if the engine kept more than anybody counted.
    const mistaken = async () => {
      const found = await facts();
      const caches = found.sizing.caches.map((each) => ({ ...each, numbers: each.numbers * 0.7 }));
      return { ...found, sizing: { ...found.sizing, caches } };
    };
    const fitting = fittingWith(boastful, 8192, mistaken);
    const needed = async () => {
      const [fit] = await fitting.ofEach(['wide'], 8192);
      return totalNeeds(fit!.needs);
    };
    const learns = async () => {
      const before = await readFile(join(profile, 'fit.json'), 'utf8').catch(() => '');
      await (await bench.engine.client()).unload('wide');
      await askWith(fitting);
      await until(
        'it was learned',
        async () => (await readFile(join(profile, 'fit.json'), 'utf8').catch(() => '')) !== before,
      );
    };
    const before = await needed();
    await learns();
    const took = await bench.engine.report('wide:latest');
    expect(before).toBeLessThan(took! * 0.97);
    await learns();
    expect(Math.abs((await needed()) / took! - 1)).toBeLessThan(0.01);
    // What another program of this profile reads.
    expect(totalNeeds((await fittingWith(boastful, 8192, mistaken).ofEach(['wide'], 8192))[0]!.needs)).toBeCloseTo(
      await needed(),
      -1,
    );
    await rm(join(profile, 'fit.json'));
  }, 60_000);

  it('tells after a load what it took, which the estimate knew', async () => {
    const fitting = fittingWith(boastful, 8192);
    const learned: number[] = [];
    const watched: Fitting = {
      ...fitting,
      learn: async (...given) => (learned.push(given[2]), fitting.learn(...given)),
    };
    await askWith(watched);
    await until('the engine told', () => learned.length > 0);
    // Right to less than a per cent: nothing to write.
    await expect(readFile(join(profile, 'fit.json'), 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await fitting.learn(model, 8192, learned[0]! * 1.2)).toBe(true);
    expect(await readFile(join(profile, 'fit.json'), 'utf8')).toContain(model.digest);
  }, 60_000);
});
