import { describe, expect, it } from 'vitest';
import type { InferenceEvent } from '../../../electron/inference/types.ts';
import { until } from '../engine/support.ts';
import { allGone, askOf, chatModel, engineProcesses, openOffice, openPage, type Started } from './support.ts';

const documents = {
  'lease.txt': 'Either side may end the lease with three months of notice. The rent is 900 euros.\n',
};
const words = 'the notice to end the lease is three months long and '.repeat(40).trim();
const rules = [{ match: 'Question: How long is the notice', answer: words, tokenMilliseconds: 20 }];
const question = 'How long is the notice to end the lease?';

describe('locking during answers', () => {
  it('ends each of them, keeps what was written, and has each in the record', async () => {
    const office = await openOffice(documents, { rules }, 'keychain');
    const { application, collectionId } = office;
    const page = openPage(application);
    try {
      const send = { text: question, mode: 'generate', collectionId, model: chatModel };
      const sent = await page.call<Started>('chats.send', send);
      await until('words are drawn', () => page.drawn(sent.requestId).length > 20);
      const below = await engineProcesses();
      // A second door, which waits for its turn.
      let waits = false;
      const input = { question, mode: 'generate', collectionId, model: chatModel } as const;
      const asked = askOf(application, input, undefined, (event) => {
        waits ||= event.type === 'stage' && event.stage === 'generate';
      });
      await until('it waits', () => waits);
      const drawn = page.drawn(sent.requestId);
      await application.lock();
      expect(await asked).toMatchObject({ thrown: { code: 'cancelled' }, answer: null });
      await allGone(below);
      await application.unlock();
      const [, answer] = (await page.conversation(sent.conversationId)).messages;
      expect(answer).toMatchObject({ state: 'stopped', errorCode: 'cancelled' });
      expect(answer!.text.startsWith(drawn)).toBe(true);
      expect(words.startsWith(answer!.text)).toBe(true);
      const entries = await office.record();
      expect(entries.map(({ requestId }) => requestId)).toContain(sent.requestId);
      expect(entries.map(({ decision, code }) => [decision, code])).toEqual([
        ['failed', 'cancelled'],
        ['failed', 'cancelled'],
      ]);
    } finally {
      page.close();
      await office.close();
    }
  });

  it('does not wait for a reader who stopped reading', async () => {
    const office = await openOffice(documents, { rules }, 'keychain');
    const { application, collectionId } = office;
    try {
      const input = { question, mode: 'generate', collectionId, model: chatModel } as const;
      const events = application.ask(input, 'cli', new AbortController().signal)[Symbol.asyncIterator]();
      let next: IteratorResult<InferenceEvent>;
      do next = await events.next();
      while (next.done !== true && next.value.type !== 'delta');
      const began = performance.now();
      await application.lock();
      expect(performance.now() - began).toBeLessThan(10_000);
      await application.unlock();
      // Its late end adds no second entry.
      await events.return?.().catch(() => undefined);
      expect(await office.record()).toMatchObject([{ decision: 'interrupted', code: 'engine_stopped' }]);
    } finally {
      await office.close();
    }
  });
});
