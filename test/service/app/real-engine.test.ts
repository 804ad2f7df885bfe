import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installModel, writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { findProcess, realEngine, until } from '../engine/support.ts';
import { openApplication, openPage, type Started } from './support.ts';

/** Real tokens of nonsense, about 800 a second, until the context is full: soon for one of the two. */
async function installTiny(models: string): Promise<void> {
  const gguf = join(models, '..', 'model.gguf');
  for (const [name, context] of [
    ['short', 1024],
    ['long', 8192],
  ] as const) {
    writeTinyChatModel(gguf, { hidden: 512, layers: 8, heads: 8, keyValueHeads: 8, feedForward: 1536, context });
    await installModel(models, name, gguf);
  }
  await rm(gguf);
}

let office: Awaited<ReturnType<typeof openApplication>>;
let page: ReturnType<typeof openPage>;
beforeAll(async () => {
  office = await openApplication(installTiny);
  await office.application.rooms.engine.trustFile(realEngine);
  page = openPage(office.application);
});
afterAll(async () => {
  page.close();
  await office.close();
});

const entriesFor = async (requestId: string) =>
  (await office.application.rooms.audit.list({ limit: 100 })).filter((entry) => entry.requestId === requestId);

describe('a talk with a model in the real Ollama', () => {
  it('streams, survives kill -9 of the runner with a clear error, and is answered when it is retried', async () => {
    const sent = await page.call<Started>('chats.send', {
      text: 'Tell me something',
      mode: 'chat',
      model: 'short:latest',
    });
    await until(
      'words are drawn',
      () => page.of(sent.requestId).filter(({ delta }) => delta !== '').length > 30,
      60_000,
    );
    process.kill(await findProcess('llama-server'), 'SIGKILL');
    const failed = await page.done(sent.requestId);
    expect(failed).toMatchObject({ state: 'failed', errorCode: 'engine_failed' });
    expect(failed.text).toBe(page.drawn(sent.requestId));
    expect((await page.conversation(sent.conversationId)).messages.at(-1)).toEqual(failed);
    expect(await entriesFor(sent.requestId)).toMatchObject([
      { kind: 'chat', decision: 'failed', stage: 'generate', code: 'engine_failed', model: 'short:latest' },
    ]);

    const retried = await page.call<Started>('chats.retry', { messageId: sent.answer.id });
    const whole = await page.done(retried.requestId);
    expect(whole).toMatchObject({
      state: 'complete',
      errorCode: null,
      model: 'short:latest',
      text: page.drawn(retried.requestId),
    });
    expect(whole.tokens).toBeGreaterThan(300);
    expect(await entriesFor(retried.requestId)).toMatchObject([{ decision: 'allowed', answerTokens: whole.tokens }]);
    expect(office.application.rooms.engine.status()).toMatchObject({ state: 'ready', restarts: 0 });
  }, 180_000);

  it('stops when it is told to, and goes on with the next question', async () => {
    const sent = await page.call<Started>('chats.send', { text: 'Tell me more', mode: 'chat', model: 'long:latest' });
    await until('words are drawn', () => page.drawn(sent.requestId).length > 20, 60_000);
    await page.call('chats.stop', { requestId: sent.requestId });
    expect(await page.done(sent.requestId)).toMatchObject({ state: 'stopped', errorCode: 'cancelled' });
    const next = await page.call<Started>('chats.send', { text: 'And more', mode: 'chat', model: 'long:latest' });
    await until('the next one is drawn', () => page.drawn(next.requestId).length > 20, 60_000);
    await page.call('chats.stop', { requestId: next.requestId });
    await page.done(next.requestId);
  }, 180_000);
});
