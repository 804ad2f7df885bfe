import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../electron/audit/types.ts';
import type { EngineInsides } from '../../../electron/engine/create-engine.ts';
import type { ChatRequest } from '../../../electron/engine/types.ts';
import { createInferencePath } from '../../../electron/inference/index.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import type { Script } from '../../fakes/scripted-engine.ts';
import { aModel } from '../../unit/inference/work.ts';
import { answerOf, asking, findProcess, prepare, until, type Bench } from './support.ts';

const patience = { firstToken: 1_500, nextToken: 500, embedding: 500, embeddedText: 1 };

let bench: Bench;
afterEach(() => bench.end());

const ask = (content: string): ChatRequest => ({
  model: 'scripted',
  messages: [{ role: 'user', content }],
  contextTokens: 4096,
});

async function start(script: Partial<Script>, insides: EngineInsides = { patience }): Promise<void> {
  bench = await prepare(insides, null);
  await bench.engine.trustFile(await installScriptedEngine(join(bench.folder, 'scripted'), script));
}

const rules = [
  { match: 'hang at once', answer: 'never said', hangsAfter: 0 },
  { match: 'hang later', answer: 'one two three four', hangsAfter: 3 },
  { match: 'slowly', answer: 'one two three four five six seven eight', tokenMilliseconds: 300 },
  { match: 'quickly', answer: 'one two three' },
];

describe('an engine that hangs', () => {
  it('after some tokens ends the answer with what to do, and answers the next question', async () => {
    await start({ rules, losesPlaces: true });
    const client = await bench.engine.client();
    const began = performance.now();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of client.chat(ask('hang later'), new AbortController().signal)) seen.push(chunk.text);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/nothing for 1 second,.*Try again.*start the engine anew/) as string,
    });
    expect(performance.now() - began).toBeGreaterThan(patience.nextToken);
    expect(seen.join('')).toBe('one two three');
    await until('the engine was left', () => bench.engine.logs().some((line) => line.includes('left after 3 of 4')));
    // Its place was lost with the one who left; it is taken back before the next one comes.
    expect((await answerOf(client, ask('quickly'))).at(-1)).toMatchObject({ done: true, answerTokens: 3 });
  });

  it('before the first token ends the answer later than between two', async () => {
    await start({ rules });
    const began = performance.now();
    await expect(answerOf(await bench.engine.client(), ask('hang at once'))).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('not begun to answer within 2 seconds') as string,
    });
    expect(performance.now() - began).toBeGreaterThan(patience.firstToken);
  });

  it('while it embeds ends the call', async () => {
    await start({ hangsToEmbed: true });
    const client = await bench.engine.client();
    await expect(client.embed('scripted-embed', ['a', 'b'])).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('Try again') as string,
    });
  });

  it('is in the record as failed', async () => {
    await start({ rules });
    const entries: AuditRecord[] = [];
    const model = aModel({ name: 'scripted' });
    const path = createInferencePath({
      sessions: {
        verify: async () => ({
          subject: 'ana',
          session: 's',
          origin: 'cli',
          scopes: ['chat'],
          client: null,
          models: null,
        }),
      },
      documents: { search: () => Promise.reject(new Error('not asked')) },
      models: {
        store: {
          find: async () => model,
          verify: async () => ({ digest: model.digest }),
          controlTokens: async () => [],
        },
        defaultChatModel: async () => model,
        confirmLoad: async () => undefined,
        fitting: {
          cacheType: () => 'f16',
          load: async () => ({ fits: true, contextTokens: 8192, unload: [] }),
          learn: async () => false,
        },
      } as never,
      engine: bench.engine,
      audit: {
        begin: async () => undefined,
        append: async (entry) => (entries.push(entry), { ...entry, index: 0, at: '' }),
        keyedHash: () => 'hash',
      },
      now: () => performance.now(),
    });
    const request = { id: 'r', token: 't', origin: 'cli', mode: 'chat', question: 'hang later', history: [] } as const;
    const events: unknown[] = [];
    const running = (async () => {
      for await (const event of path.run(request, new AbortController().signal)) events.push(event);
    })();
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    expect(entries).toMatchObject([{ decision: 'failed', stage: 'generate', code: 'timeout', answerHmac: 'hash' }]);
  });
});

describe('an engine that does not hang', () => {
  it('may be slow for longer than the limit, token by token', async () => {
    await start({ rules });
    const began = performance.now();
    expect((await answerOf(await bench.engine.client(), ask('slowly'))).at(-1)?.done).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(2 * patience.nextToken);
  });

  it('is not blamed for a caller who holds the loop', async () => {
    await start({ rules });
    const chunks: string[] = [];
    for await (const chunk of (await bench.engine.client()).chat(ask('quickly'), new AbortController().signal)) {
      chunks.push(chunk.text);
      await new Promise((resolve) => setTimeout(resolve, 2 * patience.nextToken));
    }
    expect(chunks.join('')).toBe('one two three');
  });

  it('is not blamed for the answers that come before in their turn', async () => {
    await start({ rules });
    const client = await bench.engine.client();
    const all = await Promise.all([answerOf(client, ask('slowly')), answerOf(client, ask('quickly'))]);
    expect(all.map((chunks) => chunks.at(-1)?.done)).toEqual([true, true]);
  });
});

describe('the real Ollama', () => {
  it('whose runner hangs is left with a clear error, and answers again', async () => {
    bench = await prepare({ patience: { ...patience, firstToken: 60_000, nextToken: 2_000 } });
    const client = await bench.engine.client();
    let stopped = 0;
    const reading = (async () => {
      for await (const chunk of client.chat(asking(4000), new AbortController().signal)) {
        if (stopped > 0 || chunk.text === '') continue;
        stopped = await findProcess('llama-server');
        process.kill(stopped, 'SIGSTOP');
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'timeout' });
    expect((await answerOf(client, asking(5))).at(-1)?.done).toBe(true);
    expect(await findProcess('llama-server')).not.toBe(stopped);
  }, 120_000);
});
