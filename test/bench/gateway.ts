/** What the door for other programs adds: the same request over HTTP with a token, and straight to the engine's socket. */
import { join } from 'node:path';
import { Agent, request, type Dispatcher } from 'undici';
import type { Application } from '../../electron/app/index.ts';
import { approveModels } from '../fixtures/approve-models.ts';
import { installModel, writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { startEngine, withApplication } from './application.ts';
import { byTurns, stalled, type Way } from './by-turns.ts';
import { median, quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const model = 'bench:latest';
/** The path's own choice for a model this small. Another one would load the model anew. */
const contextTokens = 8192;
const answerTokens = 8;
/** Bytes of the prompt. */
const promptBytes = 4096;
const streams = 64;
/** Tokens of each of them. */
const streamTokens = 64;

/** Words that the engine has not read before, so that both ways read as much. */
const prompt = (index: number): string =>
  `${String(index).padStart(6, '0')} ${'What does the lease say about the deposit? '.repeat(100)}`.slice(
    0,
    promptBytes,
  );

interface Door {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Record<string, string>;
  /** Beside model and messages. */
  readonly more: object;
}

/** As the path asks: the same options, or the engine would load the model anew. */
const asPath = (tokens: number): object => ({
  truncate: false,
  shift: false,
  think: false,
  keep_alive: '10m',
  options: { num_ctx: contextTokens, num_predict: tokens, temperature: 0.7 },
});
const asClient = (tokens: number): object => ({ options: { num_predict: tokens, temperature: 0.7 } });

async function open(
  { url, dispatcher, headers, more }: Door,
  text: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const answer = await request(`${url}/api/chat`, {
    dispatcher,
    signal,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: text }], stream: true, ...more }),
  });
  if (answer.statusCode !== 200) throw new Error(await answer.body.text());
  return answer.body as AsyncIterable<Buffer>;
}

const firstByte =
  (door: Door): Way =>
  async (text, signal) => {
    const started = performance.now();
    let first: number | null = null;
    for await (const bytes of await open(door, text, signal)) {
      if (bytes.length > 0) first ??= performance.now() - started;
    }
    if (first === null) throw new Error('There was no answer.');
    return first;
  };

/** Tokens a second of so many streams at once. */
async function throughput(door: Door, from: number): Promise<number> {
  const signal = AbortSignal.timeout(300_000);
  const started = performance.now();
  const read = async (index: number): Promise<number> => {
    let lines = 0;
    for await (const bytes of await open(door, prompt(from + index).slice(0, 200), signal)) {
      for (const byte of bytes) if (byte === 10) lines += 1;
    }
    return lines;
  };
  const all = await Promise.all(Array.from({ length: streams }, (_unused, index) => read(index)));
  return (all.reduce((sum, one) => sum + one, 0) * 1000) / (performance.now() - started);
}

async function doors(application: Application, tokens: number): Promise<{ ours: Door; direct: Door }> {
  const { url } = await application.serve(0);
  const grant = { name: 'bench', scopes: ['chat'], models: null, lifetime: 3600 };
  const { token } = await application.rooms.sessions.issue(grant);
  const ours = {
    url: url ?? '',
    dispatcher: new Agent({ connections: streams }),
    headers: { authorization: `Bearer ${token}` },
    more: asClient(tokens),
  };
  const dispatcher = await application.rooms.engine.dispatcher();
  return { ours, direct: { url: 'http://localhost', dispatcher, headers: {}, more: asPath(tokens) } };
}

async function measure(report: Report): Promise<void> {
  await withApplication(async (application, folder) => {
    const gguf = join(folder, 'model.gguf');
    writeTinyChatModel(gguf);
    await installModel(application.rooms.models.store.directory, model, gguf);
    await approveModels(application);
    await startEngine(application.rooms);
    const { ours, direct } = await doors(application, answerTokens);
    const { measured, stalls } = await byTurns({ ours: firstByte(ours), direct: firstByte(direct) }, prompt);
    const added = measured.map((pair) => pair.ours - pair.direct);
    const note = `${measured.length} pairs by turns, a prompt of ${promptBytes} bytes, with token, policy and a synced record; stalled over ${stalled / 1000} s: ${stalls.ours} through the door, ${stalls.direct} directly; in pairs, added p50 ${median(added).toFixed(2)}, p99 ${quantile(added, 0.99).toFixed(2)} ms`;
    for (const [name, share, most] of [
      ['p50', 0.5, 1],
      ['p99', 0.99, 10],
    ] as const) {
      report({
        what: `First byte, ${name}`,
        unit: 'ms',
        ours: quantile(measured.map((pair) => pair.ours), share), // prettier-ignore
        direct: { way: "the engine's socket", value: quantile(measured.map((pair) => pair.direct), share) }, // prettier-ignore
        target: { bound: 'most', value: most, of: 'difference' },
        ...(share === 0.5 ? { note } : {}),
      });
    }
    const many = { ours: { ...ours, more: asClient(streamTokens) }, direct: { ...direct, more: asPath(streamTokens) } };
    const rates: { ours: number; direct: number }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const from = 10_000 + round * 1000;
      const before = round % 2 === 0 ? await throughput(many.direct, from) : null;
      const mine = await throughput(many.ours, from + 200);
      rates.push({ ours: mine, direct: before ?? (await throughput(many.direct, from)) });
    }
    report({
      what: `${streams} answers at once`,
      unit: 'tokens/s',
      ours: median(rates.map((rate) => rate.ours)),
      direct: { way: "the engine's socket", value: median(rates.map((rate) => rate.direct)) },
      target: { bound: 'least', value: 0.97, of: 'ratio' },
      note: `${streamTokens} tokens each, 3 rounds by turns, the median; the engine writes one answer of a model at a time`,
    });
  });
}

await runRow({ 'The door for other programs': measure });
