import { describe, expect, it, vi } from 'vitest';
import { answerCall } from '../../../electron/host/shared/index.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { ok, type Result } from '../../../shared/result.ts';

const origin = 'cloister://app';
const trusted = { isOwnWindow: true, frame: { isMain: true, origin } };
const dispatch = vi.fn(async (_method: string, input: unknown): Promise<Result<unknown>> => ok(input));
const call = (input: unknown, sender: Parameters<typeof answerCall>[1]['sender'] = trusted, target = { dispatch }) =>
  answerCall(target, { sender, origin, method: 'app.status', input });

describe('a call of the page', () => {
  it('reaches the application as the page', async () => {
    expect(await call({})).toEqual(ok({}));
    expect(dispatch).toHaveBeenLastCalledWith('app.status', {}, { origin: 'page' });
  });

  it('does not reach it from a stranger', async () => {
    dispatch.mockClear();
    expect(await call({}, { ...trusted, isOwnWindow: false })).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(dispatch).not.toHaveBeenCalled();
  });

  it('does not reach it with what may not cross', async () => {
    dispatch.mockClear();
    expect(await call(new Map())).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(dispatch).not.toHaveBeenCalled();
  });

  it.each([
    ['bytes', new Uint8Array(8 * 1024 * 1024)],
    ['a list', []],
    ['text', 'a'],
    ['nothing', null],
    ['undefined', undefined],
  ])('takes %s for no input, before any schema looks at it', async (_name, input) => {
    dispatch.mockClear();
    expect(await call(input)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(dispatch).not.toHaveBeenCalled();
  });

  it('answers with a code, and nothing else, when the application throws or answers with what may not cross', async () => {
    const throws = { dispatch: vi.fn(async () => Promise.reject(new Error('/home/someone/secret'))) };
    expect(JSON.stringify(await call({}, trusted, throws))).toMatch(
      /^\{"ok":false,"error":\{"code":"internal","correlationId":"[0-9a-f-]{36}"\}\}$/,
    );
    const coded = { dispatch: vi.fn(async () => Promise.reject(new CloisterError('locked'))) };
    expect(await call({}, trusted, coded)).toMatchObject({ error: { code: 'locked' } });
    const odd = { dispatch: vi.fn(async () => ok(new Map())) };
    expect(await call({}, trusted, odd)).toMatchObject({ error: { code: 'internal' } });
  });
});
