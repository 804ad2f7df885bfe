import { describe, expect, it } from 'vitest';
import { AnswerTurns } from '../../../electron/engine/client/turns.ts';

const soon = (): Promise<void> => new Promise((next) => setTimeout(next, 5));
const never = (): AbortSignal => new AbortController().signal;

describe('turns of answers', () => {
  it('come one after the other for a model, in the order asked, and not at all between models', async () => {
    const turns = new AnswerTurns();
    const order: string[] = [];
    const end = await turns.take('a', never());
    const second = turns.take('a', never()).then((done) => (order.push('second'), done));
    const third = turns.take('a', never()).then((done) => (order.push('third'), done));
    const other = turns.take('b', never()).then((done) => (order.push('other model'), done));
    await soon();
    expect(order).toEqual(['other model']);
    end();
    (await second)();
    (await third)();
    expect(order).toEqual(['other model', 'second', 'third']);
    (await other)();
  });

  it('wait for what is still to be done, also when it fails', async () => {
    const turns = new AnswerTurns();
    const { promise: check, reject } = Promise.withResolvers<unknown>();
    (await turns.take('a', never()))(check);
    let begun = false;
    const next = turns.take('a', never()).then((end) => ((begun = true), end));
    await soon();
    expect(begun).toBe(false);
    reject(new Error('the engine is gone'));
    (await next)();
    expect(begun).toBe(true);
  });

  it('can be given up while waiting, and whoever comes behind moves up', async () => {
    const turns = new AnswerTurns();
    const end = await turns.take('a', never());
    const stop = new AbortController();
    const given = turns.take('a', stop.signal);
    const behind = turns.take('a', never());
    stop.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    end();
    (await behind)();
  });
});
