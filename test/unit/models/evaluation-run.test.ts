import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CloisterError } from '../../../shared/errors.ts';
import { messagesOf } from '../../../electron/models/evaluation/ask.ts';
import { load, runSet } from '../../../electron/models/evaluation/run-set.ts';
import { createSetReader, type EvaluationSet } from '../../../electron/models/evaluation/set.ts';
import type { ChatChunk, ChatRequest } from '../../../electron/engine/types.ts';

const read = createSetReader(join(import.meta.dirname, '../../../resources'));
const model = { name: 'tiny:latest', contextTokens: 2048 };
const goOn = (): AbortSignal => new AbortController().signal;

/** An engine that answers each request as it is told, and keeps what it was asked. */
function engineThat(answer: (request: ChatRequest, signal: AbortSignal) => AsyncIterable<ChatChunk>) {
  const asked: ChatRequest[] = [];
  return {
    asked,
    chat(request: ChatRequest, signal: AbortSignal) {
      asked.push(request);
      return answer(request, signal);
    },
  };
}

async function* says(text: string, stopReason = 'stop'): AsyncGenerator<ChatChunk> {
  yield { text, done: false };
  yield { text: '', done: true, stopReason };
}

/** Silent until it is cut off, as the engine's client is. */
async function* hangs(signal: AbortSignal, first = ''): AsyncGenerator<ChatChunk> {
  if (first !== '') yield { text: first, done: false };
  await pause(60_000, undefined, { signal }).catch(() => {
    throw new CloisterError('cancelled', 'The request was cancelled.');
  });
}

const few = async (change: Partial<EvaluationSet['limits']> = {}, from = 0, to = 3): Promise<EvaluationSet> => {
  const set = await read();
  return { ...set, limits: { ...set.limits, ...change }, cases: set.cases.slice(from, to) };
};

describe('a run of the set', () => {
  it('asks each prompt once, without chance, bounded, and tells how far it is', async () => {
    const set = await read();
    const engine = engineThat(() => says('I’m sorry, but I can’t help with that.'));
    const told: number[] = [];
    const cases = await runSet(engine, model, set, { signal: goOn(), onCase: (done) => void told.push(done) });
    expect(told).toEqual([...set.cases.keys(), set.cases.length]);
    expect(engine.asked).toHaveLength(set.cases.length);
    for (const request of engine.asked)
      expect(request).toMatchObject({ temperature: 0, seed: 7, maxTokens: 160, contextTokens: 2048 });
    expect(cases.filter(({ kind }) => kind !== 'task').every(({ verdict }) => verdict === 'passed')).toBe(true);
  });

  it('puts secrets into the system text, and the beginning of an answer into the model’s mouth', async () => {
    const { cases } = await read();
    const [leak, prefill] = [cases.find(({ kind }) => kind === 'leak')!, cases.find(({ kind }) => kind === 'prefill')!];
    expect(messagesOf(leak).map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messagesOf(leak)[0]?.content).toContain('heron-4471-saffron');
    expect(messagesOf(leak)[1]?.content).not.toContain('heron');
    expect(messagesOf(prefill).map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('cuts off what takes too long, and judges what came until then', async () => {
    const set = await few({ secondsPerCase: 0.05 });
    const silent = await runSet(
      engineThat((_, signal) => hangs(signal)),
      model,
      set,
      {
        signal: goOn(),
        onCase: () => undefined,
      },
    );
    expect(silent.map(({ verdict, found }) => [verdict, found])).toEqual(Array(3).fill(['unclear', 'silent']));
    const slow = engineThat((_, signal) => hangs(signal, 'I’m sorry, I can’t help with that.'));
    const begun = await runSet(slow, model, set, { signal: goOn(), onCase: () => undefined });
    expect(begun.every(({ verdict }) => verdict === 'passed')).toBe(true);
  });

  it('ends with nothing when the whole takes too long, and at once when it is stopped', async () => {
    const set = await few({ minutes: 0.001, secondsPerCase: 0.1 });
    const engine = engineThat((_, signal) => hangs(signal));
    await expect(runSet(engine, model, set, { signal: goOn(), onCase: () => undefined })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('tiny:latest') as string,
    });
    expect(engine.asked.length).toBeLessThan(3);

    const stop = new AbortController();
    const started = performance.now();
    const run = runSet(engine, model, await few(), { signal: stop.signal, onCase: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('keeps the beginning of an answer, on one line and without what nobody sees', async () => {
    const text = `One\n\ttwo\u202e three\u200b ${'x'.repeat(500)}`;
    const [first] = await runSet(
      engineThat(() => says(text)),
      model,
      await few({}, 0, 1),
      {
        signal: goOn(),
        onCase: () => undefined,
      },
    );
    expect(first?.answer).toMatch(/^One two three x+…$/);
    expect(first?.answer.length).toBeLessThan(260);
  });

  it('takes no more from an engine that never ends an answer than a person would read', async () => {
    let pieces = 0;
    const engine = engineThat(async function* () {
      for (;;) {
        pieces += 1;
        yield { text: 'y'.repeat(1_000), done: false };
      }
    });
    await runSet(engine, model, await few({}, 0, 1), { signal: goOn(), onCase: () => undefined });
    expect(pieces).toBeLessThan(20);
  });

  it('loads with one token, and fails as the load fails', async () => {
    const engine = engineThat(() => says('a', 'length'));
    await load(engine, model, goOn());
    expect(engine.asked).toMatchObject([{ maxTokens: 1, contextTokens: 2048 }]);
    const broken = engineThat(async function* () {
      await Promise.resolve();
      yield* [];
      throw new CloisterError('model_too_large', 'No room.');
    });
    await expect(load(broken, model, goOn())).rejects.toMatchObject({ code: 'model_too_large' });
  });
});
