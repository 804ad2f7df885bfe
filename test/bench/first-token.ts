/** What the inference path adds to the first token: the same request through it and straight to the engine's socket. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import type { Application } from '../../electron/app/index.ts';
import { buildMessages } from '../../electron/inference/prompt.ts';
import { approveModels } from '../fixtures/approve-models.ts';
import { installModel, writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { startEngine, withApplication } from './application.ts';
import { median, quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

/** Pairs measured: as many as there is time for, between these. */
const pairs = { least: 60, most: 150 } as const;
const enoughTime = 90_000;
const warmUp = 10;
/** A request without a token by then has stalled: counted, named, and its pair left out. Milliseconds. */
const stalled = 10_000;
const model = 'bench:latest';
/** The path's own choice for a model this small (`inference/stages/fit.ts`). Another one would load the model anew. */
const contextTokens = 8192;
/** Short answers, read to their end: one that is left early can keep the engine's slot (`engine/client/stuck-slot.ts`). Tokens. */
const answerTokens = 8;
/** So that the record's writing and the engine's tidying of one answer do not fall into the next. Milliseconds. */
const pause = 20;

/** New words at the end of each, so that the engine has as much to read for both ways. */
const question = (index: number): string =>
  `What does the lease say about deposit number ${String(index).padStart(5, '0')}?`;

type Way = (text: string, signal: AbortSignal) => Promise<number>;

const throughPath =
  (application: Application): Way =>
  async (text, signal) => {
    const started = performance.now();
    let first: number | null = null;
    for await (const event of application.ask({ question: text, mode: 'chat', model }, 'cli', signal)) {
      if (event.type === 'delta') first ??= performance.now() - started;
    }
    if (first === null) throw new Error('The path gave no token.');
    return first;
  };

const straight =
  (dispatcher: Dispatcher): Way =>
  async (text, signal) => {
    const messages = buildMessages({ question: text, history: [], passages: [], contextTokens, controlTokens: [] });
    const body = JSON.stringify({ model, messages, stream: true, truncate: false, shift: false, think: false, keep_alive: '10m', options: { num_ctx: contextTokens, temperature: 0.7 } }); // prettier-ignore
    const started = performance.now();
    const answer = await request('http://localhost/api/chat', {
      dispatcher,
      signal,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    let first: number | null = null;
    for await (const bytes of answer.body) {
      const line = JSON.parse(String(bytes).split('\n')[0] ?? '') as { message?: { content?: string }; error?: string };
      if (line.error !== undefined) throw new Error(line.error);
      if ((line.message?.content ?? '') !== '') first ??= performance.now() - started;
    }
    if (first === null) throw new Error('The engine gave no token.');
    return first;
  };

interface Pair {
  readonly path: number;
  readonly direct: number;
}

interface Alternated {
  readonly measured: readonly Pair[];
  readonly stalls: Record<keyof Pair, number>;
}

/** Each way first in every other pair: what one leaves warm or busy for the next falls on both alike. */
async function alternate(
  ways: Record<keyof Pair, Way>,
  count: typeof pairs | typeof warmUp,
  from: number,
): Promise<Alternated> {
  const [least, most] = typeof count === 'number' ? [count, count] : [count.least, count.most];
  const measured: Pair[] = [];
  const stalls = { path: 0, direct: 0 };
  const one = async (way: keyof Pair, index: number): Promise<number | null> => {
    await wait(pause);
    const signal = AbortSignal.timeout(stalled);
    try {
      return await ways[way](question(index), signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      stalls[way] += 1;
      return null;
    }
  };
  const until = performance.now() + enoughTime;
  for (let pair = 0; pair < most && (pair < least || performance.now() < until); pair += 1) {
    const order = pair % 2 === 0 ? (['direct', 'path'] as const) : (['path', 'direct'] as const);
    const found: Partial<Record<keyof Pair, number | null>> = {};
    for (const [at, way] of order.entries()) found[way] = await one(way, from + 2 * pair + at);
    const { path, direct } = found;
    if (typeof path === 'number' && typeof direct === 'number') measured.push({ path, direct });
  }
  return { measured, stalls };
}

async function measure(report: Report): Promise<void> {
  await withApplication(async (application, folder) => {
    const gguf = join(folder, 'model.gguf');
    writeTinyChatModel(gguf);
    await installModel(application.rooms.models.store.directory, model, gguf, {
      parameters: { num_predict: answerTokens },
    });
    await approveModels(application);
    await startEngine(application.rooms);
    const ways = { path: throughPath(application), direct: straight(await application.rooms.engine.dispatcher()) };
    await alternate(ways, warmUp, 0);
    const { measured, stalls } = await alternate(ways, pairs, 2 * warmUp);
    const added = measured.map((pair) => pair.path - pair.direct);
    const note = `${measured.length} pairs by turns; stalled over ${stalled / 1000} s: ${stalls.path} through the path, ${stalls.direct} directly; in pairs, added p50 ${median(added).toFixed(2)}, p99 ${quantile(added, 0.99).toFixed(2)} ms`;
    for (const [name, share, most] of [
      ['p50', 0.5, 2],
      ['p99', 0.99, 10],
    ] as const) {
      report({
        what: `First token, ${name}`,
        unit: 'ms',
        ours: quantile(measured.map((pair) => pair.path), share), // prettier-ignore
        direct: { way: "the engine's socket", value: quantile(measured.map((pair) => pair.direct), share) }, // prettier-ignore
        target: { bound: 'most', value: most, of: 'difference' },
        ...(share === 0.5 ? { note } : {}),
      });
    }
  });
}

await runRow({ 'First token': measure });
