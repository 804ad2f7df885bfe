import { describe, expect, it, vi } from 'vitest';
import { createDispatch, type Handlers } from '../../electron/app/dispatch.ts';
import { answerCall, assertCallInput } from '../../electron/host/shared/index.ts';
import { contract, methodNames, type Method } from '../../shared/contract/index.ts';
import { errorCodes } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { junkMethods, junkValues, validInputs } from './junk.ts';

const reached = vi.fn();

/** Handlers that only note that they were reached, and then fail as badly as a handler can. */
const handlers = Object.fromEntries(
  methodNames.map((name) => [
    name,
    async (input: unknown) => {
      reached(name, input);
      throw Object.assign(new Error('SELECT * FROM secrets at /home/someone/cloister.ts:1'), {
        stack: 'at /home/someone',
      });
    },
  ]),
) as unknown as Handlers;

const notes = vi.fn();
const origin = 'cloister://app';
const sender = { isOwnWindow: true, frame: { isMain: true, origin } };

/** The way of every call from a page: what may cross, then dispatch. */
const door = (isUnlocked: boolean) => {
  const dispatch = createDispatch({
    handlers,
    isUnlocked: () => isUnlocked,
    diagnostics: { note: notes },
    during: (_name, work) => work(),
  });
  return (method: string, input: unknown) => answerCall({ dispatch }, { sender, origin, method, input });
};
const unlocked = door(true);
const locked = door(false);

/** A failure that says a listed code, a number to find it by, and nothing else. Gives the code. */
function codeOfFailure(result: Result<unknown>): string {
  expect(Object.keys(result).sort()).toEqual(['error', 'ok']);
  if (result.ok) throw new Error('It succeeded.');
  expect(errorCodes).toContain(result.error.code);
  expect(result.error.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(Object.keys(result.error).filter((key) => !['code', 'correlationId', 'detail'].includes(key))).toEqual([]);
  expect(JSON.stringify(result)).not.toMatch(/someone|SELECT|\bat \/|node_modules|Error:/);
  return result.error.code;
}

/** What must come back: `bad_request` when it may not cross or the schema refuses, else what the handler's failure becomes. */
const expected = (method: Method, input: unknown): string => {
  try {
    assertCallInput(input);
  } catch {
    return 'bad_request';
  }
  return contract[method].input.safeParse(input).success ? 'internal' : 'bad_request';
};

describe.each([...methodNames])('%s', (method) => {
  it('takes its valid input, and a failure inside says nothing of the inside', async () => {
    reached.mockClear();
    expect(codeOfFailure(await unlocked(method, validInputs[method]))).toBe('internal');
    expect(reached).toHaveBeenCalledOnce();
    expect(notes).toHaveBeenLastCalledWith(expect.any(String), method, expect.any(Error));
  });

  it.each([
    'null',
    'true',
    'zero',
    'NaN',
    'a big integer',
    'empty text',
    'an empty list',
    'a function',
    'a symbol',
    'undefined',
  ])('refuses %s as its input', async (name) => {
    reached.mockClear();
    expect(codeOfFailure(await unlocked(method, junkValues[name]!()))).toBe('bad_request');
    expect(reached).not.toHaveBeenCalled();
  });

  it.each(Object.keys(junkValues))('answers %s as its input as its schema says', async (name) => {
    const input = junkValues[name]!();
    const code = codeOfFailure(await unlocked(method, input));
    expect(code).toBe(expected(method, input));
  });

  it('refuses a key that it does not know', async () => {
    reached.mockClear();
    for (const key of ['extra', '__proto__', 'constructor', 'toString', '']) {
      const input = Object.defineProperty({ ...validInputs[method] }, key, {
        value: { polluted: 1 },
        enumerable: true,
      });
      expect(codeOfFailure(await unlocked(method, input)), key).toBe('bad_request');
    }
    expect(reached).not.toHaveBeenCalled();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('answers each field with each junk as its schema says', async () => {
    for (const key of Object.keys(validInputs[method])) {
      for (const [name, junk] of Object.entries(junkValues)) {
        const input = { ...validInputs[method], [key]: junk() };
        expect(codeOfFailure(await unlocked(method, input)), `${key} = ${name}`).toBe(expected(method, input));
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('while locked, works only when its contract says so', async () => {
    reached.mockClear();
    const code = codeOfFailure(await locked(method, validInputs[method]));
    expect(code).toBe('whileLocked' in contract[method] && contract[method].whileLocked ? 'internal' : 'locked');
    expect(reached).toHaveBeenCalledTimes(code === 'locked' ? 0 : 1);
  });
});

it.each(junkMethods)('there is no method %j', async (name) => {
  expect(codeOfFailure(await unlocked(name, {}))).toBe('bad_request');
});
