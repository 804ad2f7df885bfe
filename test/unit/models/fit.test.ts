import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Candidate, Hardware } from '../../../shared/contract/types.ts';
import { loadCatalogue } from '../../../electron/models/catalogue/load.ts';
import { catalogueSchema, type Catalogue } from '../../../electron/models/catalogue/schema.ts';
import { totalNeeds } from '../../../electron/models/fit/estimate.ts';
import { fits } from '../../../electron/models/fit/fits.ts';
import { candidates, givenHardware } from '../../../electron/models/fit/recommend.ts';

const GB = 1e9;
const MiB = 1024 * 1024;
const resources = join(import.meta.dirname, '../../../resources');

const card = (
  free: number | null,
  vendor: Hardware['gpus'][number]['vendor'] = 'nvidia',
): Hardware['gpus'][number] => ({
  name: vendor === 'apple' ? 'Apple M4' : 'RTX 3060',
  vendor,
  totalBytes: free,
  freeBytes: free,
});
const computer = (memory: number, gpus: Hardware['gpus'] = [], total = memory + 4 * GB): Hardware => ({
  memory: { totalBytes: total, freeBytes: memory },
  cpu: { model: 'any', cores: 8 },
  gpus,
});
const needs = (weights: number) => ({ weights, kv: 0, overhead: 0 });

describe('fits', () => {
  it.each<[string, number, Hardware, string, RegExp]>([
    [
      'on the card',
      5.6,
      computer(8 * GB, [card(6.9 * GB + 1024 * MiB)]),
      'gpu',
      /^Needs 5\.6 GB, 6\.9 GB free on RTX 3060\.$/,
    ],
    [
      'just over the card',
      7,
      computer(8 * GB, [card(6.9 * GB + 1024 * MiB)]),
      'split',
      /6\.9 GB on RTX 3060 and the rest in memory/,
    ],
    ['without a card', 5, computer(8 * GB), 'cpu', /^Needs 5\.0 GB, 8\.0 GB of memory free; runs on the processor\.$/],
    ['with a card too small to help', 7, computer(8 * GB, [card(0.5 * GB)]), 'cpu', /processor/],
    [
      'too large for both',
      20,
      computer(8 * GB, [card(8.6 * GB + 1024 * MiB)]),
      'no',
      /^Too large by 3\.4 GB: needs 20\.0 GB, 16\.6 GB free\.$/,
    ],
    ['too large for memory', 10, computer(8 * GB), 'no', /^Too large by 2\.0 GB/],
    ['memory free that the system needs', 15, computer(16 * GB, [], 16 * GB), 'no', /^Too large by 0\.6 GB/],
    [
      'two cards',
      15,
      computer(2 * GB, [card(8 * GB + 1024 * MiB), card(8 * GB + 1024 * MiB)]),
      'gpu',
      /free on 2 graphics cards/,
    ],
    [
      'a card that does not tell',
      5,
      computer(8 * GB, [card(null)]),
      'cpu',
      /RTX 3060 does not say how much memory is free/,
    ],
    ['shared memory', 9, computer(20 * GB, [card(null, 'apple')], 24 * GB), 'gpu', /free on Apple M4/],
    ['shared memory past its share', 18, computer(20 * GB, [card(null, 'apple')], 24 * GB), 'cpu', /processor/],
    [
      'shared memory is not counted twice',
      25,
      computer(20 * GB, [card(null, 'apple')], 24 * GB),
      'no',
      /Too large by 5\.0 GB/,
    ],
  ])('%s', (_, weights, hardware, place, reason) => {
    const fit = fits(needs(weights * GB), hardware);
    expect(fit.fits).toBe(place);
    expect(fit.reason).toMatch(reason);
    expect(fit.needs).toBe(weights * GB);
  });

  it('never gets worse with more memory', () => {
    const rank = { no: 0, cpu: 1, split: 2, gpu: 3 };
    for (let weights = 1; weights < 40; weights += 3) {
      let before = 0;
      for (let vram = 0; vram < 48; vram++) {
        const now = rank[fits(needs(weights * GB), computer(16 * GB, [card(vram * GB)])).fits];
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }
  });
});

describe('the catalogue', () => {
  let catalogue: Catalogue;
  let rows: Candidate[];
  beforeAll(async () => {
    catalogue = await loadCatalogue(resources);
    rows = candidates(catalogue.models, computer(0));
  });

  it('holds 15 to 25 models, each once, with a date', () => {
    expect(catalogue.models.length).toBeGreaterThanOrEqual(15);
    expect(catalogue.models.length).toBeLessThanOrEqual(25);
    expect(new Set(catalogue.models.map((model) => model.name)).size).toBe(catalogue.models.length);
    expect(catalogue.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
  });

  it.each([
    [7, 8.5, 4, 6.1],
    [14, 15, 8, 10.1],
    [32, 33, 18, 22],
    [70, 71, 35, 43],
  ])('%d to %d billion parameters in 4 bits need %d to %d GB in all', (least, most, low, high) => {
    const models = catalogue.models.filter((model) => model.parameters >= least && model.parameters <= most);
    expect(models.length).toBeGreaterThan(0);
    for (const model of models) {
      const row = rows.find((each) => each.name === model.name)!;
      const total = totalNeeds(row.needs) / GB;
      expect(total, model.name).toBeGreaterThanOrEqual(low);
      expect(total, model.name).toBeLessThanOrEqual(high);
    }
  });

  it('weighs what its parameters in its quantization weigh', () => {
    const bits = {
      Q4_0: [4.4, 5],
      Q4_K_S: [4.4, 5],
      Q4_K_M: [4.6, 6.4],
      Q8_0: [8.3, 8.7],
      F16: [16, 16.1],
      MXFP4: [4.2, 5.4],
    } as const;
    for (const model of catalogue.models) {
      const each = (model.bytes * 8) / (model.parameters * 1e9);
      const [low, high] = bits[model.quantization];
      expect(each, model.name).toBeGreaterThan(low);
      expect(each, model.name).toBeLessThan(high);
    }
  });

  it('is refused when a field is missing, unknown or absurd', () => {
    const [first] = catalogue.models;
    const check = (model: unknown): boolean => catalogueSchema.safeParse({ ...catalogue, models: [model] }).success;
    expect(check(first)).toBe(true);
    expect(check({ ...first, extra: 1 })).toBe(false);
    expect(check({ ...first, layers: 0 })).toBe(false);
    expect(check({ ...first, name: '../x' })).toBe(false);
    expect(check({ ...first, bytes: undefined })).toBe(false);
  });

  it('offers the best place first, the larger model first within it, the nearest miss first of those that do not fit', () => {
    const listed = candidates(
      catalogue.models,
      givenHardware(computer(99 * GB), { vram: 8 * 1024 * MiB, ram: 16 * 1024 * MiB }),
    );
    const places = listed.map((row) => row.fits);
    expect(places).toEqual(
      [...places].sort((a, b) => ['gpu', 'split', 'cpu', 'no'].indexOf(a) - ['gpu', 'split', 'cpu', 'no'].indexOf(b)),
    );
    const byName = Object.fromEntries(listed.map((row) => [row.name, row.fits]));
    expect(byName['llama3.1:8b']).toBe('gpu');
    expect(byName['qwen2.5:14b']).toBe('split');
    expect(listed.at(-1)?.fits).toBe('no');
    const on = listed.filter((row) => row.fits === 'gpu').map((row) => row.needs.weights);
    expect(on).toEqual([...on].sort((a, b) => b - a));
  });

  it('takes given memory instead of what was found, and none for no card', () => {
    const found = computer(64 * GB, [card(24 * GB)]);
    expect(givenHardware(found, { vram: 0 }).gpus).toEqual([]);
    expect(givenHardware(found, {}).gpus).toEqual(found.gpus);
    expect(givenHardware(found, { ram: 5 }).memory).toEqual({ totalBytes: 5, freeBytes: 5 });
    expect(
      candidates(catalogue.models, givenHardware(found, { vram: 0, ram: 0 })).every((row) => row.fits === 'no'),
    ).toBe(true);
  });

  it('that is damaged is an error', async () => {
    await expect(loadCatalogue(join(resources, 'nowhere'))).rejects.toMatchObject({ code: 'internal' });
  });
});
