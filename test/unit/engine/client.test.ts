import { describe, expect, it } from 'vitest';
import { embedAll, normalise } from '../../../electron/engine/client/embed.ts';
import { toCloisterError } from '../../../electron/engine/client/errors.ts';
import { CloisterError } from '../../../shared/errors.ts';

describe('what the engine says, in our codes', () => {
  it.each([
    ['the input length exceeds the context length', 'too_large'],
    ['request (3017 tokens) exceeds the available context size (512 tokens), try increasing it', 'too_large'],
    ["model 'nope' not found", 'model_missing'],
    ['llama-server process has terminated: exit status 1: ggml_aligned_malloc: insufficient memory', 'model_too_large'],
    ['failed to initialize the context: failed to allocate buffer for kv cache', 'model_too_large'],
    ['llama-server process has terminated: signal: killed', 'model_too_large'],
    ['model requires more system memory (9.9 GiB) than is available (1.0 GiB)', 'model_too_large'],
    ['This server does not support embeddings. Start it with `--embeddings`', 'bad_request'],
    ['an error was encountered while running the model: unexpected EOF', 'engine_failed'],
    ['fetch failed', 'engine_failed'],
  ])('%s', (words, code) => {
    expect(toCloisterError(new Error(words), undefined).code).toBe(code);
  });

  it('calls it cancelled when the caller left, and keeps our own errors', () => {
    expect(toCloisterError(new Error('aborted'), AbortSignal.abort()).code).toBe('cancelled');
    const own = new CloisterError('budget');
    expect(toCloisterError(own, AbortSignal.abort())).toBe(own);
  });
});

describe('vectors', () => {
  it('have unit length', () => {
    const vector = normalise([3, 4]);
    expect(vector).toBeInstanceOf(Float32Array);
    expect([...vector]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  });

  it.each([[[0, 0]], [[NaN, 1]], [[]]])('are refused when they mean nothing: %j', (values) => {
    expect(() => normalise(values)).toThrow(expect.objectContaining({ code: 'engine_failed' }));
  });

  it('come in calls of at most 128 texts, in order', async () => {
    const sizes: number[] = [];
    const vectors = await embedAll(
      (texts) => {
        sizes.push(texts.length);
        return Promise.resolve(texts.map((text) => Float32Array.of(Number(text))));
      },
      Array.from({ length: 300 }, (_, index) => String(index)),
    );
    expect(sizes).toEqual([128, 128, 44]);
    expect(vectors.map((vector) => vector[0])).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  it('name the first text that is too long', async () => {
    const batch = (texts: readonly string[]): Promise<Float32Array[]> =>
      texts.includes('long')
        ? Promise.reject(new CloisterError('too_large'))
        : Promise.resolve(texts.map(() => Float32Array.of(1)));
    const texts = Array.from({ length: 200 }, (_, index) => (index === 137 || index === 190 ? 'long' : 'ok'));
    await expect(embedAll(batch, texts)).rejects.toMatchObject({ code: 'too_large', detail: { index: 137 } });
  });

  it('do not hide another failure behind the search for the long text', async () => {
    let calls = 0;
    const batch = (): Promise<Float32Array[]> =>
      Promise.reject(new CloisterError(calls++ === 0 ? 'too_large' : 'engine_failed'));
    await expect(embedAll(batch, ['a', 'b', 'c'])).rejects.toMatchObject({ code: 'engine_failed' });
  });
});
