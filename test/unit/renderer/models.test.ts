import { describe, expect, it } from 'vitest';
import type { Download } from '../../../shared/contract/types.ts';
import { downloadOf, withDownload } from '../../../renderer/features/models/downloads.ts';
import { freedBy } from '../../../renderer/features/models/freed.ts';
import { storesOf } from '../../../renderer/features/models/memory-now.tsx';
import { checksOf } from '../../../renderer/features/models/passport-checks.tsx';
import { barOf, freeMemory, meterOf, proposalsOf, rowsOf } from '../../../renderer/features/models/rows.ts';
import { candidates, chatModel, embedder, fitOf, hardware, waitingModel } from '../../fakes/page-data.ts';
import { passportOf } from '../../fakes/page/shelf.ts';

const loaded = [{ name: 'qwen3:8b', bytes: 5.6e9, gpuBytes: 5e9 }];
const busy = { ...hardware, gpus: hardware.gpus.map((gpu) => ({ ...gpu, freeBytes: 1.3e9 })) };

describe('free memory', () => {
  it('counts what the loaded models would give back, and never more than there is', () => {
    expect(freeMemory(busy, loaded)).toBe(6.3e9);
    expect(freeMemory(hardware, loaded)).toBe(8e9);
    expect(freeMemory({ ...hardware, gpus: [] }, loaded)).toBe(24e9);
  });

  it('is drawn as models, other programs and the rest, on cards and in memory', () => {
    const [cards, main] = storesOf(busy, loaded);
    expect(cards).toMatchObject({ key: 'cards', total: 8e9, free: 1.3e9, models: [{ name: 'qwen3:8b', bytes: 5e9 }] });
    expect(main?.models).toMatchObject([{ name: 'qwen3:8b' }]);
    expect(main?.models[0]?.bytes).toBeCloseTo(0.6e9);
  });

  it('has one bar where the card shares the memory of the computer, and the whole model in it', () => {
    const shared = { ...hardware, gpus: hardware.gpus.map((gpu) => ({ ...gpu, shared: true })) };
    expect(storesOf(shared, loaded)).toMatchObject([{ key: 'main', models: [{ bytes: 5.6e9 }] }]);
  });
});

describe('the meter of a model', () => {
  const [row] = rowsOf([chatModel], candidates);

  it('is of the chosen length once it is known, and of the list until then', () => {
    expect(meterOf(row!, undefined, 6.9e9)).toMatchObject({ largest: undefined, needs: { kv: 0.5e9 } });
    expect(meterOf(row!, fitOf('qwen3:8b', 16_384), 6.9e9)).toMatchObject({ largest: 16_384, needs: { kv: 1e9 } });
  });

  it('ends at the card for what is divided between card and memory', () => {
    const split = { ...fitOf('gemma3:12b', 8192), free: 25e9 };
    expect(meterOf(row!, split, 6.9e9)?.free).toBe(6.9e9);
    expect(barOf(split.needs, 6.9e9).free).toBeLessThan(100);
  });

  it('proposes the smallest first', () => {
    expect(proposalsOf(candidates).map(({ role }) => role)).toEqual(['small', 'balanced', 'best']);
    expect(proposalsOf([])).toEqual([]);
  });
});

describe('downloads', () => {
  const download: Download = {
    id: 'a',
    kind: 'registry',
    name: 'all-minilm:latest',
    state: 'running',
    done: 1,
    total: 2,
    rate: 0,
    remaining: null,
    error: null,
  };

  it('are replaced in their place, and come last when they are new', () => {
    const list = withDownload(withDownload([], download), { ...download, id: 'b' });
    expect(withDownload(list, { ...download, done: 2 }).map(({ id, done }) => [id, done])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('are found by the name without its usual tag, until they are done', () => {
    expect(downloadOf([download], 'all-minilm')).toBe(download);
    expect(downloadOf([{ ...download, state: 'done' }], 'all-minilm')).toBeNull();
  });
});

describe('a passport', () => {
  const known = passportOf(chatModel);

  it('gives free what no other model needs, each layer once', () => {
    const freed = freedBy({ layers: [...known.layers, ...known.layers] }, [passportOf(embedder)]);
    expect(freed.layers.map(({ role }) => role)).toEqual(['weights', 'template']);
    expect(freed).toMatchObject({ bytes: 5.2e9 - 13_000 + 1482, shared: 1 });
  });

  it('says what speaks for a model and what does not', () => {
    const tones = (passport: typeof known) => checksOf(passport).map(({ tone }) => tone);
    expect(tones(known)).toEqual(['good', 'good', 'good', 'good']);
    expect(tones(passportOf(waitingModel))).toEqual(['caution', 'caution', 'good', 'caution']);
    const broken = { ...known, verifications: [{ at: '', ok: false, problem: 'changed', ms: 1 }] };
    expect(tones(broken)[2]).toBe('bad');
    const signed = { ...known.publisher, signature: { method: 'ed25519' as const, key: 'a', ok: false } };
    expect(tones({ ...known, publisher: signed })[1]).toBe('bad');
  });
});
