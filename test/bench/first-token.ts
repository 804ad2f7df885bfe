/** What the inference path adds to the first token: the same request through it and straight to the engine's socket. */
import { join } from 'node:path';
import { request, type Dispatcher } from 'undici';
import type { Application } from '../../electron/app/index.ts';
import { buildMessages } from '../../electron/inference/prompt.ts';
import { approveModels } from '../fixtures/approve-models.ts';
import { installModel, writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { startEngine, withApplication } from './application.ts';
import { byTurns, stalled, type Way } from './by-turns.ts';
import { median, quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const model = 'bench:latest';
/** The path's own choice for a model this small (`inference/stages/fit.ts`). Another one would load the model anew. */
const contextTokens = 8192;
/** Short answers, read to their end: one that is left early can keep the engine's slot (`engine/client/stuck-slot.ts`). Tokens. */
const answerTokens = 8;

/** New words at the end of each, so that the engine has as much to read for both ways. */
const question = (index: number): string =>
  `What does the lease say about deposit number ${String(index).padStart(5, '0')}?`;

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

async function measure(report: Report): Promise<void> {
  await withApplication(async (application, folder) => {
    const gguf = join(folder, 'model.gguf');
    writeTinyChatModel(gguf);
    await installModel(application.rooms.models.store.directory, model, gguf, {
      parameters: { num_predict: answerTokens },
    });
    await approveModels(application);
    await startEngine(application.rooms);
    const ways = { ours: throughPath(application), direct: straight(await application.rooms.engine.dispatcher()) };
    const { measured, stalls } = await byTurns(ways, question);
    const added = measured.map((pair) => pair.ours - pair.direct);
    const note = `${measured.length} pairs by turns; stalled over ${stalled / 1000} s: ${stalls.ours} through the path, ${stalls.direct} directly; in pairs, added p50 ${median(added).toFixed(2)}, p99 ${quantile(added, 0.99).toFixed(2)} ms`;
    for (const [name, share, most] of [
      ['p50', 0.5, 2],
      ['p99', 0.99, 10],
    ] as const) {
      report({
        what: `First token, ${name}`,
        unit: 'ms',
        ours: quantile(measured.map((pair) => pair.ours), share), // prettier-ignore
        direct: { way: "the engine's socket", value: quantile(measured.map((pair) => pair.direct), share) }, // prettier-ignore
        target: { bound: 'most', value: most, of: 'difference' },
        ...(share === 0.5 ? { note } : {}),
      });
    }
  });
}

await runRow({ 'First token': measure });
