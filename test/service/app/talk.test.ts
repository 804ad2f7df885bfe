import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../electron/engine/types.ts';
import type { ConversationSummary, LoadRefusal } from '../../../shared/contract/types.ts';
import { until } from '../engine/support.ts';
import {
  allGone,
  chatModel,
  defaultModel,
  engineProcesses,
  killEngine,
  openOffice,
  openPage,
  type Office,
  type Started,
} from './support.ts';

const lease =
  'The rent is 900 euros and is due on the first of each month. Either side may end the lease with three months of notice.\n';
const words = 'the periwinkle notice to end the lease is three months long and '.repeat(40).trim();
const rules = [
  { match: 'Question: What is the rent', answer: 'The rent is 900 euros [1]. The deposit is 2,000 euros [1].' },
  { match: 'Question: How long is the notice', answer: words, tokenMilliseconds: 15 },
  { match: 'Question: And when is', answer: '', echoes: true },
  { match: 'Question: Which rent', answer: 'The rent is 900 euros [1].', lacksMemory: [defaultModel] },
  { match: '^Tell me', answer: 'Once upon\u200b a time\u{e0069}\u{e0067} there was a quokka\u202e.' },
];

let office: Office;
let page: ReturnType<typeof openPage>;
beforeAll(async () => {
  office = await openOffice({ 'lease.txt': lease }, { rules });
  page = openPage(office.application);
});
afterAll(async () => {
  page.close();
  await office.close();
});

const send = (text: string, more: object = {}): Promise<Started> =>
  page.call('chats.send', { text, mode: 'generate', collectionId: office.collectionId, ...more });
const found = async (query: string): Promise<string[]> =>
  (await page.call<{ conversations: ConversationSummary[] }>('chats.list', { query })).conversations.map(
    ({ id }) => id,
  );
const entriesFor = async (requestId: string) =>
  (await office.record()).filter((entry) => entry.requestId === requestId);

describe('a talk of the page', () => {
  it('draws what comes, keeps what was checked, and is found again', async () => {
    const sent = await send('What is the rent?');
    const message = await page.done(sent.requestId);
    expect(page.drawn(sent.requestId)).toBe('The rent is 900 euros [1]. The deposit is 2,000 euros [1].');
    expect(page.of(sent.requestId).map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['queued', 'retrieving', 'verifying', 'loading', 'generating', 'done']),
    );
    expect(message).toMatchObject({
      state: 'complete',
      text: 'The rent is 900 euros. [1]',
      dropped: 1,
      abstained: false,
      model: defaultModel,
      errorCode: null,
    });
    expect(message.citations).toMatchObject([{ number: 1, passage: { document: 'lease.txt' } }]);
    const kept = await page.conversation(sent.conversationId);
    expect(kept.title).toBe('What is the rent?');
    expect(kept.messages.at(-1)).toEqual(message);
    expect(await found('rent euros')).toEqual([sent.conversationId]);
    // What was dropped is not kept.
    expect(await found('deposit')).toEqual([]);
    expect(await entriesFor(sent.requestId)).toMatchObject([{ origin: 'page', decision: 'allowed' }]);
  });

  it('asks on with what was said before', async () => {
    const first = await send('What is the rent?');
    await page.done(first.requestId);
    const second = await send('And when is it due?', { conversationId: first.conversationId });
    await page.done(second.requestId);
    const messages = JSON.parse(page.drawn(second.requestId)) as ChatMessage[];
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[1]!.content).toBe('What is the rent?');
    expect(messages[3]!.content).toContain('The rent is 900 euros and is due on the first of each month.');
  });

  it('shows no hidden character while it is drawn, nor keeps one', async () => {
    const sent = await page.call<Started>('chats.send', { text: 'Tell me a story', mode: 'chat' });
    const message = await page.done(sent.requestId);
    expect(page.drawn(sent.requestId)).toBe('Once upon a time there was a quokka.');
    expect(message.text).toBe('Once upon a time there was a quokka.');
  });

  it('that abstains asks no model', async () => {
    const sent = await send('Who won the football championship in Uruguay?');
    expect(await page.done(sent.requestId)).toMatchObject({
      state: 'complete',
      abstained: true,
      text: '',
      model: null,
    });
    expect(page.of(sent.requestId).map(({ stage }) => stage)).not.toContain('generating');
    expect(await entriesFor(sent.requestId)).toMatchObject([{ decision: 'allowed', modelDigest: null }]);
  });
});

describe('an answer whose model there is no memory for', () => {
  it('keeps the model’s name, tells what would help, and comes from another model when that is asked for', async () => {
    const sent = await send('Which rent is due?', { model: defaultModel });
    const refused = await page.done(sent.requestId);
    expect(refused).toMatchObject({ state: 'failed', errorCode: 'model_too_large', model: defaultModel, text: '' });
    expect((await page.conversation(sent.conversationId)).messages.at(-1)).toEqual(refused);
    expect(await entriesFor(sent.requestId)).toMatchObject([{ code: 'model_too_large', decision: 'refused' }]);
    const { refusal } = await page.call<{ refusal: LoadRefusal | null }>('models.refusal', { name: defaultModel });
    // The longest two were tried in vain; one is left.
    const left = { shorterContext: 2048, suggestion: chatModel, suggestionIsHere: true };
    expect(refusal).toMatchObject({ model: defaultModel, why: 'failed', ...left });
    const retried = await page.call<Started>('chats.retry', {
      messageId: sent.answer.id,
      model: chatModel,
      contextTokens: 1024,
    });
    expect(await page.done(retried.requestId)).toMatchObject({ state: 'complete', model: chatModel, errorCode: null });
    // The next one asks the model that was chosen last.
    const again = await page.call<Started>('chats.retry', { messageId: sent.answer.id });
    expect(await page.done(again.requestId)).toMatchObject({ state: 'complete', model: chatModel });
  });
});

describe('an answer of a talk that is cut off', () => {
  const question = 'How long is the notice to end the lease?';

  async function cut(work: (sent: Started) => Promise<unknown>) {
    const sent = await send(question, { model: chatModel });
    await until('words are drawn', () => page.drawn(sent.requestId).length > 50);
    await work(sent);
    const message = await page.done(sent.requestId);
    const kept = (await page.conversation(sent.conversationId)).messages.at(-1)!;
    expect(kept).toEqual(message);
    expect(kept.text).toBe(page.drawn(sent.requestId));
    expect(words.startsWith(kept.text)).toBe(true);
    expect(kept.text.length).toBeGreaterThan(50);
    expect(await found('periwinkle')).toContain(sent.conversationId);
    return { sent, kept };
  }

  /** Writes it again, whole this time. */
  async function again(sent: Started): Promise<void> {
    const retried = await page.call<Started>('chats.retry', { messageId: sent.answer.id });
    expect(retried.answer.id).toBe(sent.answer.id);
    const message = await page.done(retried.requestId);
    expect(message).toMatchObject({ id: sent.answer.id, state: 'complete', errorCode: null });
    expect(page.drawn(retried.requestId)).toBe(words);
    expect((await page.conversation(sent.conversationId)).messages).toHaveLength(2);
    expect(await entriesFor(retried.requestId)).toMatchObject([{ decision: 'allowed', model: chatModel }]);
  }

  it('by the person is kept as stopped, and can be retried with the model that was chosen', async () => {
    const { sent, kept } = await cut(({ requestId }) => page.call('chats.stop', { requestId }));
    expect(kept).toMatchObject({ state: 'stopped', errorCode: 'cancelled' });
    expect(await entriesFor(sent.requestId)).toMatchObject([
      { decision: 'failed', code: 'cancelled', model: chatModel },
    ]);
    await again(sent);
  });

  it('by kill -9 of the engine is kept as failed, and can be retried after the restart', async () => {
    let before: Awaited<ReturnType<typeof engineProcesses>> = [];
    const { sent, kept } = await cut(async () => {
      before = await engineProcesses();
      await killEngine();
    });
    expect(kept).toMatchObject({ state: 'failed', errorCode: 'engine_failed' });
    expect(await entriesFor(sent.requestId)).toMatchObject([{ decision: 'failed', code: 'engine_failed' }]);
    await allGone(before);
    await again(sent);
  });
});
