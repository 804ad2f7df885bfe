/** What the inference path adds to the first token: the same request through it and straight to the engine's socket. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import type { Application } from '../../electron/app/index.ts';
import { buildMessages } from '../../electron/inference/prompt.ts';
import { installModel, writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { startEngine, withApplication } from './application.ts';
import { median, quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const pairs = 150;
const warmUp = 15;
const model = 'bench:latest';
/** The path's own choice for a model this small (`inference/stages/fit.ts`). Another one would load the model anew. */
const contextTokens = 8192;
/** So that the engine has put the interrupted answer away before the next request. Milliseconds. */
const pause = 40;

/** New words at the end of each, so that the engine has as much to read for both ways. */
const question = (index: number): string => `What does the lease say about deposit number ${String(index).padStart(5, '0')}?`;

type Way = (text: string) => Promise<number>;

const throughPath =
  (application: Application): Way =>
  async (text) => {
    const leaving = new AbortController();
    const started = performance.now();
    for await (const event of application.ask({ question: text, mode: 'chat', model }, 'cli', leaving.signal)) {
      if (event.type === 'delta') return performance.now() - started;
    }
    throw new Error('The path gave no token.');
  };

const straight =
  (dispatcher: Dispatcher): Way =>
  async (text) => {
    const messages = buildMessages({ question: text, history: [], passages: [], contextTokens });
    const body = JSON.stringify({ model, messages, stream: true, truncate: false, shift: false, think: false, keep_alive: '10m', options: { num_ctx: contextTokens, temperature: 0.7 } }); // prettier-ignore
    const started = performance.now();
    const answer = await request('http://localhost/api/chat', {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    // Leaving the loop closes the stream, which makes the engine stop.
    for await (const bytes of answer.body) {
      const line = JSON.parse(String(bytes).split('\n')[0] ?? '') as { message?: { content?: string }; error?: string };
      if (line.error !== undefined) throw new Error(line.error);
      if ((line.message?.content ?? '') !== '') return performance.now() - started;
    }
    throw new Error('The engine gave no token.');
  };

interface Pair {
  readonly path: number;
  readonly direct: number;
}

/** Each way first in every other pair: what one leaves warm or busy for the next falls on both alike. */
async function alternate(path: Way, direct: Way, count: number, from: number): Promise<Pair[]> {
  const measured: Pair[] = [];
  const one = async (way: Way, index: number): Promise<number> => {
    await wait(pause);
    return way(question(index));
  };
  for (let pair = 0; pair < count; pair += 1) {
    const first = from + 2 * pair;
    if (pair % 2 === 0) {
      const direct_ = await one(direct, first);
      measured.push({ direct: direct_, path: await one(path, first + 1) });
    } else {
      const path_ = await one(path, first);
      measured.push({ path: path_, direct: await one(direct, first + 1) });
    }
  }
  return measured;
}

async function measure(report: Report): Promise<void> {
  await withApplication(async (application, folder) => {
    const gguf = join(folder, 'model.gguf');
    writeTinyChatModel(gguf);
    await installModel(application.rooms.models.store.directory, model, gguf);
    await startEngine(application.rooms);
    const path = throughPath(application);
    const direct = straight(await application.rooms.engine.dispatcher());
    await alternate(path, direct, warmUp, 0);
    const measured = await alternate(path, direct, pairs, 2 * warmUp);
    const added = measured.map((pair) => pair.path - pair.direct);
    const note = `${pairs} pairs by turns; in pairs, added p50 ${median(added).toFixed(2)}, p99 ${quantile(added, 0.99).toFixed(2)} ms`;
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
