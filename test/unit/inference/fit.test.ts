import { describe, expect, it } from 'vitest';
import { createFit } from '../../../electron/inference/stages/fit.ts';
import type { Loading } from '../../../electron/models/fit/create-fitting.ts';
import type { CacheType } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { aModel, work } from './work.ts';

const refused: Loading = {
  fits: false,
  refusal: {
    reason: 'Too large by 3 GB',
    needs: 8,
    free: 5,
    suggestion: 'small:1b',
    suggestionIsHere: false,
    suggestionReason: null,
    model: 'm:latest',
    why: 'size',
    contextTokens: 2048,
    tokensPerSecond: null,
    fourBits: null,
    shorterContext: 1024,
    cacheType: null,
    close: [],
  },
};

interface Scene {
  readonly loaded?: readonly string[];
  readonly loading?: () => Loading;
  readonly shorter?: number | null;
  readonly reported?: number | null;
}

function scene({ loading, loaded = [], shorter = 4096, reported = 7 }: Scene = {}) {
  const seen = {
    decisions: 0,
    unloaded: [] as string[],
    failed: [] as number[],
    learned: [] as number[],
    again: [] as boolean[],
  };
  let now = 0;
  let kept: CacheType = 'f16';
  const fit = createFit({
    models: {
      store: { find: async () => aModel({}) } as never,
      fitting: {
        load: async (_model, again) => {
          seen.decisions += 1;
          seen.again.push(again);
          return loading?.() ?? { fits: true, contextTokens: 8192, unload: ['other:latest'] };
        },
        cacheType: () => kept,
        refusal: async () => (refused.fits ? null : refused.refusal),
        failed: async (_model, contextTokens) => (seen.failed.push(contextTokens), shorter),
        learn: async (_model, _tokens, bytes) => (seen.learned.push(bytes), true),
      },
    },
    engine: {
      client: async () =>
        ({
          loaded: async () => loaded.map((name) => ({ name, bytes: 1, gpuBytes: 0 })),
          unload: async (name: string) => void seen.unloaded.push(name),
        }) as never,
      report: async () => reported,
    },
    now: () => now,
  });
  const asked = Object.assign(work({ mode: 'chat' }), { model: { name: 'm', digest: 'd' } });
  return {
    fit,
    seen,
    asked,
    later: (milliseconds: number) => void (now += milliseconds),
    keepIn: (type: CacheType) => void (kept = type),
  };
}

async function all(words: AsyncIterable<string>): Promise<string[]> {
  const said: string[] = [];
  for await (const word of words) said.push(word);
  return said;
}

async function* answer(): AsyncGenerator<string> {
  yield 'Yes.';
}
const outOfMemory = () => new CloisterError('model_too_large', 'The model does not fit into memory.');
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a model that fits', () => {
  it('gets its context, and makes the others leave', async () => {
    const { fit, seen, asked } = scene();
    await fit.decide(asked);
    expect(asked.contextTokens).toBe(8192);
    expect(seen.unloaded).toEqual(['other:latest']);
  });

  it('is decided anew when less is wanted, or its context is kept in another way', async () => {
    const { fit, seen, asked, keepIn } = scene();
    await fit.decide(asked);
    const shorter = Object.assign(work({ mode: 'chat', contextTokens: 1024 }), { model: { name: 'm', digest: 'd' } });
    await fit.decide(shorter);
    expect(seen.decisions).toBe(2);
    await fit.decide(asked);
    keepIn('q8_0');
    await fit.decide(asked);
    await fit.decide(asked);
    expect(seen.decisions).toBe(4);
  });

  it('is decided once for a minute after the last question', async () => {
    const { fit, seen, asked, later } = scene();
    await fit.decide(asked);
    later(50_000);
    await fit.decide(asked);
    later(50_000);
    await fit.decide(asked);
    expect(seen.decisions).toBe(1);
    later(61_000);
    await fit.decide(asked);
    expect(seen.decisions).toBe(2);
  });

  it('stands while it stays loaded, for ten minutes at most', async () => {
    const { fit, seen, asked, later } = scene({ loaded: ['m:latest'] });
    await fit.decide(asked);
    for (let minute = 2; minute < 10; minute += 2) {
      later(120_000);
      await fit.decide(asked);
    }
    expect(seen.decisions).toBe(1);
    later(240_000);
    await fit.decide(asked);
    expect(seen.decisions).toBe(2);
  });

  it('teaches what the engine took, once', async () => {
    const { fit, seen, asked } = scene({ reported: 123 });
    await fit.decide(asked);
    for (let turn = 0; turn < 3; turn++) {
      expect(await all(fit.attempt(asked, answer))).toEqual(['Yes.']);
      await settled();
    }
    expect(seen.learned).toEqual([123]);
  });

  it('teaches nothing when the engine tells nothing', async () => {
    const { fit, seen, asked } = scene({ reported: null });
    await fit.decide(asked);
    await all(fit.attempt(asked, answer));
    await settled();
    expect(seen.learned).toEqual([]);
  });
});

describe('a model that does not fit', () => {
  it('is refused with the numbers and the model that does', async () => {
    const { fit, asked } = scene({ loading: () => refused });
    await expect(fit.decide(asked)).rejects.toMatchObject({
      code: 'model_too_large',
      message: 'Too large by 3 GB',
      detail: { needs: 8, free: 5, suggestion: 'small:1b' },
    });
  });

  it('is a person’s question again, and a program’s not', async () => {
    const { fit, seen, asked } = scene({ loading: () => refused });
    await expect(fit.decide(asked)).rejects.toThrow();
    const program = Object.assign(work({ mode: 'chat', origin: 'gateway' }), { model: asked.model });
    await expect(fit.decide(program)).rejects.toThrow();
    expect(seen.again).toEqual([true, false]);
  });
});

describe('a load that runs out of memory', () => {
  it('is tried once more with the next shorter context', async () => {
    const { fit, seen, asked } = scene();
    await fit.decide(asked);
    const tried: number[] = [];
    async function* failsOnce(): AsyncGenerator<string> {
      tried.push(asked.contextTokens);
      if (tried.length === 1) throw outOfMemory();
      yield 'Yes.';
    }
    expect(await all(fit.attempt(asked, failsOnce))).toEqual(['Yes.']);
    expect(tried).toEqual([8192, 4096]);
    expect(seen.failed).toEqual([8192]);
  });

  it('is never tried a third time', async () => {
    const { fit, seen, asked } = scene();
    await fit.decide(asked);
    let tries = 0;
    async function* fails(): AsyncGenerator<string> {
      tries += 1;
      throw outOfMemory();
    }
    await expect(all(fit.attempt(asked, fails))).rejects.toMatchObject({
      code: 'model_too_large',
      message: 'Too large by 3 GB',
      detail: { model: 'm:latest', shorterContext: 1024, suggestion: 'small:1b' },
    });
    expect(tries).toBe(2);
    expect(seen.failed).toEqual([8192, 4096]);
  });

  it('is not tried again without a shorter context, nor after the first word, nor for another reason', async () => {
    const none = scene({ shorter: null });
    await none.fit.decide(none.asked);
    let tries = 0;
    async function* fails(code: 'model_too_large' | 'engine_failed', word: string): AsyncGenerator<string> {
      tries += 1;
      if (word !== '') yield word;
      throw new CloisterError(code);
    }
    await expect(all(none.fit.attempt(none.asked, () => fails('model_too_large', '')))).rejects.toThrow();
    const { fit, asked } = scene();
    await expect(all(fit.attempt(asked, () => fails('engine_failed', '')))).rejects.toThrow();
    asked.text = 'Yes';
    await expect(all(fit.attempt(asked, () => fails('model_too_large', 'Yes')))).rejects.toThrow();
    expect(tries).toBe(3);
  });
});
