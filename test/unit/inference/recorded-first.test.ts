import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ChatChunk } from '../../../electron/engine/types.ts';
import { createInferencePath } from '../../../electron/inference/index.ts';
import type { InferenceEvent } from '../../../electron/inference/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { aModel, work } from './work.ts';

/** A chat with a model that answers through `answer`, while the record takes its time over `begin`. */
function chat(begin: () => Promise<void>, answer: (signal: AbortSignal) => AsyncIterable<ChatChunk>) {
  const entries: unknown[] = [];
  const model = aModel({});
  const path = createInferencePath({
    sessions: {
      verify: async () => ({
        subject: 'ana',
        session: 's',
        origin: 'page',
        scopes: ['chat'],
        client: null,
        models: null,
      }),
    },
    documents: { search: () => Promise.reject(new Error('not asked')) },
    models: {
      store: { find: async () => model, verify: async () => ({ digest: model.digest }), controlTokens: async () => [] },
      fitting: {
        cacheType: () => 'f16',
        load: async () => ({ fits: true, contextTokens: 8192, unload: [] }),
        learn: async () => false,
      },
      confirmLoad: async () => undefined,
    } as never,
    engine: {
      report: async () => null,
      client: async () => ({ chat: (_request: unknown, signal: AbortSignal) => answer(signal) }) as never,
    },
    audit: {
      begin,
      append: async (entry) => (entries.push(entry), { ...entry, index: 0, at: '' }),
      keyedHash: () => 'hash',
    },
    now: () => 0,
  });
  const { request } = work({ mode: 'chat', model: model.name });
  return { entries, events: path.run(request, new AbortController().signal) };
}

async function* atOnce(): AsyncGenerator<ChatChunk> {
  yield { text: 'Yes.', done: false };
  yield { text: '', done: true };
}

it('shows nothing of an answer before the record holds that the request runs', async () => {
  const order: string[] = [];
  const begin = async (): Promise<void> => {
    await wait(50);
    order.push('recorded');
  };
  for await (const event of chat(begin, atOnce).events) if (event.type === 'delta') order.push(event.text);
  expect(order).toEqual(['recorded', 'Yes.']);
});

it('stops an engine that says nothing yet when the request cannot be recorded, and says so', async () => {
  const failure = new CloisterError('audit_broken', 'The record could not be written.');
  let stopped = false;
  async function* never(signal: AbortSignal): AsyncGenerator<ChatChunk> {
    await wait(60_000, undefined, { signal }).finally(() => (stopped = signal.aborted));
    yield { text: 'late', done: true };
  }
  const { events } = chat(() => wait(20).then(() => Promise.reject(failure)), never);
  const shown: InferenceEvent[] = [];
  await expect(
    (async () => {
      for await (const event of events) shown.push(event);
    })(),
  ).rejects.toBe(failure);
  expect(stopped).toBe(true);
  expect(shown.filter(({ type }) => type === 'delta')).toEqual([]);
});
