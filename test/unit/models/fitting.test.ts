import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hardware } from '../../../shared/contract/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import { loadCatalogue } from '../../../electron/models/catalogue/load.ts';
import { contextsFor } from '../../../electron/models/fit/contexts.ts';
import { createCorrections } from '../../../electron/models/fit/corrections.ts';
import { createFitting, type FittingDeps } from '../../../electron/models/fit/create-fitting.ts';
import { totalNeeds } from '../../../electron/models/fit/estimate.ts';
import { createFailures } from '../../../electron/models/fit/failures.ts';
import { withoutLoaded } from '../../../electron/models/fit/free.ts';
import { createPick } from '../../../electron/models/fit/pick.ts';
import { candidates, sizingOf } from '../../../electron/models/fit/recommend.ts';
import { tokensPerSecond } from '../../../electron/models/fit/speed.ts';
import { aModel } from '../inference/work.ts';

const GB = 1e9;
const resources = join(import.meta.dirname, '../../../resources');

const computer = (memory: number, given: Partial<Hardware> = {}): Hardware => ({
  memory: { totalBytes: memory + 32 * GB, freeBytes: memory },
  cpu: { model: 'any', cores: 8 },
  gpus: [],
  ...given,
});
const card = (free: number, total = free): Hardware['gpus'][number] => ({
  name: 'RTX 3060',
  vendor: 'nvidia',
  totalBytes: total,
  freeBytes: free,
});

let profile = '';
beforeEach(async () => (profile = await mkdtemp(join(tmpdir(), 'cloister-fit-'))));
afterEach(() => rm(profile, { recursive: true, force: true }));

const digest = 'a'.repeat(64);
const mistral = aModel({ name: 'mistral:7b', digest });

async function fittingOn(
  hardware: Hardware,
  given: Partial<FittingDeps> & { policy?: never; rules?: Partial<PolicyValues> } = {},
) {
  const catalogue = await loadCatalogue(resources);
  const { rules = {}, ...deps } = given;
  const facts = (name: string) => {
    const model = catalogue.models.find((each) => each.name === name)!;
    return { sizing: sizingOf(model), parameters: model.parameters * 1e9, context: model.context } as never;
  };
  return createFitting({
    profile,
    hardware: () => Promise.resolve(hardware),
    loaded: () => Promise.resolve([]),
    holders: () => Promise.resolve([]),
    catalogue: () => Promise.resolve(catalogue),
    weights: (name) => Promise.resolve(facts(name)),
    installed: () => Promise.resolve([mistral]),
    policy: {
      value: <Key extends PolicyKey>(key: Key): PolicyValues[Key] =>
        (rules[key] ?? policyRegistry[key].usual) as PolicyValues[Key],
    },
    ...deps,
  });
}

describe('lengths of context to try', () => {
  it.each([
    [131_072, 8192, [8192, 4096, 2048]],
    [3000, 8192, [3000, 2048]],
    [1024, 8192, [1024]],
    [0, 6000, [6000, 4096, 2048]],
  ])('of a model made for %i, at most %i', (made, most, lengths) => expect(contextsFor(made, most)).toEqual(lengths));
});

describe('loading a model', () => {
  it('takes the longest context that fits, from the most that policy wants', async () => {
    const load = async (memory: number, most = 8192) =>
      (await fittingOn(computer(memory), { rules: { 'models.longestContext': most } })).load(mistral, true);
    expect(await load(16 * GB)).toMatchObject({ fits: true, contextTokens: 8192, unload: [] });
    expect(await load(16 * GB, 32_768)).toMatchObject({ contextTokens: 32_768 });
    expect(await load(5.2 * GB)).toMatchObject({ contextTokens: 4096 });
    expect(await load(4.9 * GB)).toMatchObject({ contextTokens: 2048 });
    expect(await load(4.5 * GB)).toMatchObject({ fits: false });
  });

  it('rather shortens the context than leave the card', async () => {
    const fitting = await fittingOn(computer(16 * GB, { gpus: [card(6.2 * GB)] }));
    expect(await fitting.load(mistral, true)).toMatchObject({ fits: true, contextTokens: 4096 });
  });

  it('lets others leave only where that is needed', async () => {
    const others = [{ name: 'other:latest', bytes: 4 * GB, gpuBytes: 0 }];
    const load = async (memory: number) =>
      (await fittingOn(computer(memory), { loaded: () => Promise.resolve(others) })).load(mistral, true);
    expect(await load(12 * GB)).toMatchObject({ fits: true, contextTokens: 8192, unload: [] });
    expect(await load(2 * GB)).toMatchObject({ fits: true, contextTokens: 8192, unload: ['other:latest'] });
    expect(await load(0.1 * GB)).toMatchObject({ fits: false });
  });

  it('does not count itself as in its own way', async () => {
    const itself = [{ name: 'mistral:7b', bytes: 5 * GB, gpuBytes: 0 }];
    const fitting = await fittingOn(computer(1 * GB), { loaded: () => Promise.resolve(itself) });
    expect(await fitting.load(mistral, true)).toMatchObject({ fits: true, unload: [] });
  });

  it('is refused with numbers, who holds the memory, and what fits', async () => {
    const holders = [{ name: 'firefox', bytes: 3 * GB }];
    const loading = await (
      await fittingOn(computer(3 * GB), { holders: () => Promise.resolve(holders) })
    ).load(mistral, true);
    expect(loading).toMatchObject({
      fits: false,
      refusal: { suggestion: expect.any(String) as string, suggestionIsHere: false },
    });
    const { reason } = loading.fits ? { reason: '' } : loading.refusal;
    expect(reason).toMatch(/^Too large by 1\.\d GB: needs 4\.\d GB, 3\.0 GB free\./);
    expect(reason).toContain('Closing firefox, which holds 3.0 GB, would make room.');
    expect(reason).toMatch(/ \S+ fits: needs [12]\.\d GB/);
  });

  it('names an installed model that fits before one of the catalogue, and four bits where there are more', async () => {
    const large = aModel({ name: 'llama3.2:1b', digest: 'b'.repeat(64) });
    const catalogue = await loadCatalogue(resources);
    const half = catalogue.models.map((each) =>
      each.name === 'mistral:7b' ? { ...each, bytes: 14.5 * GB, quantization: 'F16' as const } : each,
    );
    const fitting = await fittingOn(computer(7 * GB), {
      installed: () => Promise.resolve([mistral, large]),
      catalogue: () => Promise.resolve({ ...catalogue, models: half }),
      weights: (name) => {
        const model = half.find((each) => each.name === name)!;
        return Promise.resolve({ sizing: sizingOf(model), parameters: model.parameters * 1e9 } as never);
      },
    });
    const loading = await fitting.load(mistral, true);
    expect(loading).toMatchObject({ fits: false, refusal: { suggestion: 'llama3.2:1b', suggestionIsHere: true } });
    const { reason } = loading.fits ? { reason: '' } : loading.refusal;
    expect(reason).toMatch(/In 4 bits the same model would need about 4\.\d GB\./);
    expect(reason).toMatch(/llama3\.2:1b fits and is installed/);
  });

  it('obeys a policy that wants a graphics card, and says how fast it would have been', async () => {
    const slow = computer(16 * GB, { memorySpeed: 20 * GB });
    const onlyCards = { 'models.allowProcessor': false, 'models.allowSplit': false };
    const loading = await (await fittingOn(slow, { rules: onlyCards })).load(mistral, true);
    expect(loading).toMatchObject({ fits: false });
    const { reason } = loading.fits ? { reason: '' } : loading.refusal;
    expect(reason).toMatch(/organisation does not allow models on the processor \(about 5 tokens a second\)/);
    const half = { ...slow, gpus: [card(4.5 * GB)] };
    expect(await (await fittingOn(half, { rules: onlyCards })).load(mistral, true)).toMatchObject({ fits: false });
    expect(await (await fittingOn(half)).load(mistral, true)).toMatchObject({ fits: true });
  });

  it('that ran out of memory is not tried again by a program, but by a person or with more memory', async () => {
    let free = 16 * GB;
    const fitting = await fittingOn(computer(free), { hardware: () => Promise.resolve(computer(free)) });
    expect(await fitting.failed(mistral, 8192)).toBe(4096);
    expect(await fitting.load(mistral, false)).toMatchObject({ contextTokens: 4096 });
    expect(await fitting.refusal(mistral)).toMatchObject({ why: 'failed', shorterContext: 4096 });
    expect(await fitting.failed(mistral, 4096)).toBe(2048);
    expect(await fitting.refusal(mistral)).toMatchObject({ why: 'failed', shorterContext: 2048 });
    expect(await fitting.failed(mistral, 2048)).toBeNull();
    expect(await fitting.load(mistral, false)).toMatchObject({
      fits: false,
      refusal: { reason: expect.stringMatching(/^The engine could not get the memory for it/) as string },
    });
    expect(await fitting.load(mistral, true)).toMatchObject({ contextTokens: 8192 });
    await fitting.failed(mistral, 2048);
    free = 20 * GB;
    expect(await fitting.load(mistral, false)).toMatchObject({ contextTokens: 8192 });
  });
});

describe('what is shown', () => {
  it('counts what our own engine holds as free', async () => {
    const loaded = [{ name: 'other:latest', bytes: 5 * GB, gpuBytes: 0 }];
    const fitting = await fittingOn(computer(1 * GB), { loaded: () => Promise.resolve(loaded) });
    const { hardware, candidates: listed } = await fitting.recommend();
    expect(hardware.memory.freeBytes).toBe(1 * GB);
    expect(listed.find(({ name }) => name === 'mistral:7b')).toMatchObject({ fits: 'cpu' });
    expect(await fitting.installed()).toMatchObject([{ name: 'mistral:7b', fits: 'cpu' }]);
    expect((await fitting.recommend({ ram: 1 * GB })).candidates.every(({ fits }) => fits === 'no')).toBe(true);
  });
});

describe('one length of context', () => {
  it('is judged for a model of the catalogue or an installed one', async () => {
    const fitting = await fittingOn(computer(8 * GB, { memorySpeed: 40 * GB }));
    const usual = await fitting.of('mistral:7b');
    expect(usual).toMatchObject({ contextTokens: 8192, fits: 'cpu', modelContext: 32_768, largestContext: 16_384 });
    expect(usual.tokensPerSecond).toBeCloseTo(9, 0);
    const longest = await fitting.of('qwen3:8b', 1_000_000);
    expect(longest).toMatchObject({ contextTokens: 40_960, fits: 'no' });
    expect(longest.needs.kv).toBe(40_960 * 36 * 8 * 128 * 2 * 2);
    await expect(fitting.of('nobody:1b')).rejects.toMatchObject({ code: 'model_missing' });
  });
});

describe('many models at once', () => {
  it('cost one look at the computer, and the unknown ones are left out', async () => {
    const looks = { hardware: 0, loaded: 0, installed: 0 };
    const fitting = await fittingOn(computer(8 * GB), {
      hardware: () => Promise.resolve(((looks.hardware += 1), computer(8 * GB))),
      loaded: () => Promise.resolve(((looks.loaded += 1), [])),
      installed: () => Promise.resolve(((looks.installed += 1), [mistral])),
    });
    const fits = await fitting.ofEach(['mistral:7b', 'nobody:1b', 'qwen3:8b'], 4096);
    expect(fits.map(({ name, contextTokens }) => [name, contextTokens])).toEqual([
      ['mistral:7b', 4096],
      ['qwen3:8b', 4096],
    ]);
    expect(fits[0]).toEqual(await fitting.of('mistral:7b', 4096));
    expect(looks).toEqual({ hardware: 2, loaded: 2, installed: 2 });
  });

  it('know one that waits in quarantine, which is proposed to nobody', async () => {
    const waiting = aModel({ name: 'llama3.2:1b', digest: 'b'.repeat(64), state: 'quarantined' });
    const fitting = await fittingOn(computer(3 * GB), { installed: () => Promise.resolve([mistral, waiting]) });
    expect((await fitting.installed()).map(({ name }) => name)).toEqual(['mistral:7b', 'llama3.2:1b']);
    const loading = await fitting.load(mistral, true);
    expect(loading).toMatchObject({ fits: false, refusal: { suggestionIsHere: false } });
  });

  it('are judged without one whose weights cannot be read', async () => {
    const fitting = await fittingOn(computer(8 * GB), { weights: () => Promise.reject(new Error('no header')) });
    expect(await fitting.installed()).toEqual([]);
    expect(await fitting.ofEach(['mistral:7b', 'qwen3:8b'])).toMatchObject([{ name: 'qwen3:8b' }]);
  });
});

describe('what a load teaches', () => {
  const needs = { weights: 100, kv: 50, overhead: 50 };
  const load = { digest, contextTokens: 8192, machine: 'here', onCard: false, cacheType: 'f16' as const };
  const other = 'b'.repeat(64);

  it('is used for the same weights, kept in the profile, and readable by its owner alone', async () => {
    const corrections = createCorrections(profile);
    expect(await corrections.learn(needs, 210, load)).toBe(true);
    expect(await corrections.apply(needs, { ...load, contextTokens: 4096 })).toEqual({ ...needs, overhead: 60 });
    expect(await corrections.apply(needs, { ...load, digest: other })).toEqual(needs);
    expect(await createCorrections(profile).apply(needs, load)).toMatchObject({ overhead: 60 });
    expect((await stat(join(profile, 'fit.json'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['another computer', { machine: 'there' }],
    ['a card', { onCard: true }],
    ['another kind of cache', { cacheType: 'q8_0' as const }],
  ])('says nothing of %s', async (_, change) => {
    const corrections = createCorrections(profile);
    await corrections.learn(needs, 210, load);
    expect(await corrections.apply(needs, { ...load, ...change })).toEqual(needs);
  });

  it('is ignored when it is about something else, and not written when the same', async () => {
    const corrections = createCorrections(profile);
    for (const wild of [0, 10, 401, 1e12, Number.NaN, -5])
      expect(await corrections.learn(needs, wild, load)).toBe(false);
    expect(await corrections.learn(needs, 201, load)).toBe(false);
    for (const isNew of [true, true, false]) expect(await corrections.learn(needs, 208, load)).toBe(isNew);
  });

  it('moves little by one load alone, and by the median of several, which one wild value does not move', async () => {
    const corrections = createCorrections(profile);
    const overhead = async () => (await corrections.apply(needs, load)).overhead;
    await corrections.learn(needs, 390, load);
    expect(await overhead()).toBe(70);
    await corrections.learn(needs, 390, load);
    expect(await overhead()).toBe(150);
    const sane = createCorrections(`${profile}/other`);
    for (const reported of [206, 399, 208, 101, 207]) await sane.learn(needs, reported, load);
    expect((await sane.apply(needs, load)).overhead).toBe(57);
    for (let load_ = 0; load_ < 5; load_ += 1) await corrections.learn(needs, 110, load);
    expect(await overhead()).toBe(30);
  });

  it('prefers the nearest context, survives a damaged file and forgets the oldest of many', async () => {
    const corrections = createCorrections(profile);
    await corrections.learn(needs, 210, { ...load, contextTokens: 2048 });
    await corrections.learn(needs, 220, { ...load, contextTokens: 16_384 });
    expect(await corrections.apply(needs, { ...load, contextTokens: 4096 })).toMatchObject({ overhead: 60 });
    expect(await corrections.apply(needs, { ...load, contextTokens: 32_768 })).toMatchObject({ overhead: 70 });
    for (let index = 0; index < 300; index += 1)
      await corrections.learn(needs, 210, { ...load, digest: index.toString(16).padStart(64, '0') });
    expect(JSON.parse(await readFile(join(profile, 'fit.json'), 'utf8'))).toMatchObject({ version: 2 });
    expect(await corrections.apply(needs, load)).toEqual(needs);
    for (const damaged of ['{', '{"version":1,"models":[]}', 'x'.repeat(2_000_000)]) {
      await writeFile(join(profile, 'fit.json'), damaged);
      expect(await createCorrections(profile).apply(needs, load)).toEqual(needs);
    }
  });

  it('changes the next decision', async () => {
    const fitting = await fittingOn(computer(5.2 * GB));
    expect(await fitting.load(mistral, true)).toMatchObject({ contextTokens: 4096 });
    const { needs: expected } = await fitting.of('mistral:7b', 4096);
    const took = totalNeeds(expected) * 1.08;
    expect(await fitting.learn(mistral, 4096, took)).toBe(true);
    expect(await fitting.load(mistral, true)).toMatchObject({ fits: true, contextTokens: 2048 });
  });
});

describe('memory that comes back', () => {
  it('goes to the fullest card, and never past what there is', () => {
    const hardware = computer(2 * GB, { gpus: [card(8 * GB, 8 * GB), card(1 * GB, 8 * GB)] });
    const after = withoutLoaded(hardware, [{ name: 'a', bytes: 6 * GB, gpuBytes: 5 * GB }]);
    expect(after.gpus.map(({ freeBytes }) => freeBytes)).toEqual([8 * GB, 6 * GB]);
    expect(after.memory.freeBytes).toBe(3 * GB);
    const wild = withoutLoaded(hardware, [{ name: 'a', bytes: 900 * GB, gpuBytes: 450 * GB }]);
    expect(wild.gpus.map(({ freeBytes }) => freeBytes)).toEqual([8 * GB, 8 * GB]);
    expect(wild.memory.freeBytes).toBe(34 * GB);
  });
  it('is forgotten as a failure only when more is free', () => {
    const failures = createFailures();
    failures.note('d', 8192, 10 * GB);
    failures.note('d', 4096, 10 * GB);
    expect(failures.shortestFailed('d', 10.3 * GB)).toBe(4096);
    expect(failures.shortestFailed('e', 10 * GB)).toBeNull();
    expect(failures.shortestFailed('d', 11.5 * GB)).toBeNull();
    expect(failures.shortestFailed('d', 10 * GB)).toBeNull();
  });
});

describe('speed', () => {
  const work = { bytes: 5 * GB, parameters: 8e9, isMixture: false };
  it('is bound by memory or by the cores, and unknown rather than guessed', () => {
    expect(tokensPerSecond(work, 'cpu', 1, computer(9, { memorySpeed: 20 * GB }))).toBeCloseTo(4);
    const two = computer(9, { memorySpeed: 200 * GB, cpu: { model: 'any', cores: 2 } });
    expect(tokensPerSecond(work, 'cpu', 1, two)).toBeCloseTo(2.25);
    expect(tokensPerSecond(work, 'split', 0.5, two)).toBeCloseTo(4.5);
    expect(tokensPerSecond(work, 'gpu', 0, two)).toBeNull();
    expect(tokensPerSecond(work, 'cpu', 1, computer(9))).toBeNull();
  });

  const rolesOn = async (hardware: Hardware): Promise<Record<string, string>> =>
    Object.fromEntries(
      candidates((await loadCatalogue(resources)).models, hardware).flatMap(({ name, role }) =>
        role === null ? [] : [[role, name]],
      ),
    );

  it('counts: two cores with much memory are offered no large model', async () => {
    const two = computer(64 * GB, { memorySpeed: 38 * GB, cpu: { model: 'any', cores: 2 } });
    const listed = candidates((await loadCatalogue(resources)).models, two);
    expect(listed[0]!.needs.weights).toBeLessThan(6 * GB);
    expect(listed.findIndex(({ name }) => name === 'qwen3:32b')).toBeGreaterThan(listed.length - 5);
    expect(listed[0]!.reason).toMatch(/Expected: about \d+ tokens a second\.$/);
    for (const name of Object.values(await rolesOn(two))) {
      expect(listed.find((each) => each.name === name)!.needs.weights).toBeLessThan(6 * GB);
    }
  });

  it.each([
    [6, 2.0, 5],
    [8, 2.5, 5.5],
    [24, 6, 21],
    [48, 6, 41],
  ])('a card of %i GiB gets a small, a balanced and a best model', async (gibibytes, small, best) => {
    const hardware = computer(64 * GB, { gpus: [card(gibibytes * 1024 ** 3)], memorySpeed: 40 * GB });
    const roles = await rolesOn(hardware);
    const weights = (role: string): number => candidatesByName.find(({ name }) => name === roles[role])!.bytes / GB;
    const candidatesByName = (await loadCatalogue(resources)).models;
    expect(Object.keys(roles).sort()).toEqual(['balanced', 'best', 'small']);
    expect(weights('small')).toBeLessThan(weights('balanced'));
    expect(weights('balanced')).toBeLessThan(weights('best'));
    expect(weights('small')).toBeGreaterThan(small * 0.3);
    expect(weights('best')).toBeGreaterThan(best * 0.7);
    expect(weights('best')).toBeLessThan(best * 1.05);
  });

  it('proposes nothing where nothing fits, and the smallest where all is slow', async () => {
    expect(await rolesOn(computer(0))).toEqual({});
    const crawl = computer(64 * GB, { memorySpeed: 1 * GB, cpu: { model: 'any', cores: 1 } });
    expect(await rolesOn(crawl)).toEqual({ small: 'llama3.2:1b' });
  });
});

describe('the model for a question that names none', () => {
  const [large, small] = [
    aModel({ name: 'large', digest: 'l', size: 9 }),
    aModel({ name: 'small', digest: 's', size: 1 }),
  ];
  const pickWith = (judge: Record<string, { isSlow: boolean } | null>, now = () => 0) =>
    createPick((model) => Promise.resolve(judge[model.name] ?? null), now);

  it('is the largest that is not slow, else the quickest that fits', async () => {
    const fast = { isSlow: false };
    expect(await pickWith({ large: fast, small: fast })([small, large])).toBe(large);
    expect(await pickWith({ large: { isSlow: true }, small: fast })([small, large])).toBe(small);
    expect(await pickWith({ large: { isSlow: true }, small: { isSlow: true } })([small, large])).toBe(small);
    expect(await pickWith({ large: { isSlow: true }, small: null })([small, large])).toBe(large);
    expect(await pickWith({})([small, large])).toBeNull();
  });
  it('stands for a minute, unless the models change', async () => {
    let [now, asked] = [0, 0];
    const pick = createPick(
      () => Promise.resolve(((asked += 1), { isSlow: false })),
      () => now,
    );
    await pick([large]);
    await pick([large]);
    expect(asked).toBe(1);
    await pick([large, small]);
    expect(asked).toBe(2);
    now = 61_000;
    await pick([large, small]);
    expect(asked).toBe(3);
  });
});
