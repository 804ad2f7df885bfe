import { describe, expect, it } from 'vitest';
import { methodNames } from '../../../shared/contract/names.ts';
import { ok } from '../../../shared/result.ts';
import { asContents, FakeContents } from '../../host/fake-electron.ts';
import { start } from '../../host/started-electron.ts';

describe('calls', () => {
  it('are handled for exactly the contract’s methods, each once', async () => {
    const { log, handlers } = await start();
    expect(log.filter((line) => line.startsWith('handle'))).toEqual(methodNames.map((name) => `handle call:${name}`));
    expect(handlers.size).toBe(methodNames.length);
  });

  it.each([...methodNames])('%s reaches the application from our page only', async (method) => {
    const { handlers, dispatch, windows } = await start();
    const own = windows[0]!.webContents;
    const handler = handlers.get(`call:${method}`)!;
    const from = (sender: FakeContents, senderFrame: unknown) =>
      handler({ sender: asContents(sender), senderFrame: senderFrame as never }, { a: 1 }, 'more');
    expect(await from(own, own.mainFrame)).toEqual(ok({ a: 1 }));
    expect(dispatch.mock.calls).toEqual([[method, { a: 1 }, { origin: 'page' }]]);

    const refused = { ok: false, error: { code: 'unauthenticated' } };
    const stranger = new FakeContents();
    const gone = Object.defineProperty({}, 'origin', { get: () => { throw new Error('disposed'); } }); // prettier-ignore
    expect(await from(own, null)).toMatchObject(refused);
    expect(await from(own, gone)).toMatchObject(refused);
    expect(await from(own, { origin: 'cloister://app' })).toMatchObject(refused);
    expect(await from(stranger, stranger.mainFrame)).toMatchObject(refused);
    own.mainFrame.origin = 'https://example.com';
    expect(await from(own, own.mainFrame)).toMatchObject(refused);
    expect(dispatch).toHaveBeenCalledTimes(1);
  });

  it('refuse what the other host could not carry', async () => {
    const { handlers, dispatch, windows } = await start();
    const own = windows[0]!.webContents;
    const answer = await handlers.get('call:app.status')!(
      { sender: asContents(own), senderFrame: own.mainFrame as never },
      new Map(),
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(dispatch).not.toHaveBeenCalled();
  });
});

describe('news', () => {
  it('goes to our window under the contract’s names, and no other', async () => {
    const { news, windows } = await start();
    news.emit('news', 'app.changed', { sequence: 1 });
    news.emit('news', 'something.else', {});
    expect(windows[0]?.webContents.sent).toEqual([['news:app.changed', { sequence: 1 }]]);
  });
});
