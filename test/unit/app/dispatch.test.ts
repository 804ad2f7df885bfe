import { describe, expect, it } from 'vitest';
import { createDispatch, type Handlers } from '../../../electron/app/dispatch.ts';
import { createDiagnostics } from '../../../electron/observe/index.ts';
import { CloisterError } from '../../../shared/errors.ts';

const page = { origin: 'page' } as const;

function dispatchWith(handlers: Partial<Record<keyof Handlers, () => Promise<unknown>>>, unlocked = true) {
  const diagnostics = createDiagnostics();
  const dispatch = createDispatch({
    handlers: handlers as unknown as Handlers,
    isUnlocked: () => unlocked,
    diagnostics,
    during: (_name, work) => work(),
  });
  return { dispatch, diagnostics };
}

describe('dispatch', () => {
  it('answers with the value', async () => {
    const { dispatch } = dispatchWith({ 'chats.list': async () => ({ conversations: [] }) });
    expect(await dispatch('chats.list', {}, page)).toEqual({ ok: true, value: { conversations: [] } });
  });

  it.each(['nothing.here', 'constructor', '__proto__', 'toString', ''])('knows no method %j', async (name) => {
    const { dispatch } = dispatchWith({});
    expect(await dispatch(name, {}, page)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it.each([null, undefined, 1, 'x', [], { extra: 1 }])('refuses the input %j', async (input) => {
    const { dispatch } = dispatchWith({ 'chats.get': () => Promise.reject(new Error('must not run')) });
    expect(await dispatch('chats.get', input, page)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it('refuses while locked what needs the vault', async () => {
    const { dispatch } = dispatchWith({ 'chats.list': () => Promise.reject(new Error('must not run')) }, false);
    expect(await dispatch('chats.list', {}, page)).toMatchObject({ ok: false, error: { code: 'locked' } });
  });

  it('gives a coded error with its detail and no message', async () => {
    const { dispatch } = dispatchWith({
      'chats.get': () => Promise.reject(new CloisterError('not_found', 'secret words', { detail: { n: 1 } })),
    });
    const result = await dispatch('chats.get', { id: 'a' }, page);
    expect(result).toMatchObject({ ok: false, error: { code: 'not_found', detail: { n: 1 } } });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('hides a code that the method does not list, a foreign error, and an answer outside the contract', async () => {
    for (const handler of [
      () => Promise.reject(new CloisterError('egress_denied')),
      () => Promise.reject(new TypeError('/home/ana/secret.txt')),
      () => Promise.resolve({ id: 'a', title: 5 }),
    ]) {
      const { dispatch, diagnostics } = dispatchWith({ 'chats.get': handler });
      const result = await dispatch('chats.get', { id: 'a' }, page);
      expect(result).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify([result, diagnostics.lines()])).not.toContain('secret');
      expect(diagnostics.lines()).toHaveLength(1);
    }
  });
});
