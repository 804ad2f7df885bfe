import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../electron/app/index.ts';
import { answerCall } from '../../electron/host/shared/index.ts';
import { createMemoryKeychain } from '../../electron/vault/index.ts';
import { contract, methodNames, type Method } from '../../shared/contract/index.ts';
import type { Result } from '../../shared/result.ts';
import { builtEntries } from '../host/chromium-fixture.ts';
import { junkMethods, junkValues, validInputs } from './junk.ts';

/** Any method may answer with these (`shared/contract/define.ts`); every other code must stand in the method's own list. */
const common = ['bad_request', 'unauthenticated', 'locked', 'cancelled', 'disk_full'];
/** These end what the others need, look at the whole machine, or start the engine: their inputs are in `dispatch.test.ts`. */
const apart: readonly Method[] = ['vault.lock', 'app.doctor', 'engine.start', 'documents.addSamples'];

const origin = 'https://app.invalid';
const sender = { isOwnWindow: true, frame: { isMain: true, origin } };
let profile = '';
let application: Application;
const call = (method: string, input: unknown): Promise<Result<unknown>> =>
  answerCall(application, { sender, origin, method, input });

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'cloister-contract-'));
  application = createApplication({
    profile,
    host: 'terminal',
    entries: builtEntries,
    keychain: createMemoryKeychain(),
    dialogs: { choose: async () => [] },
    version: '0',
  });
  await application.start();
  await application.create({ keySource: 'memory' });
});

afterAll(async () => {
  await application.stop();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** A success in the contract's form, or a failure that the contract lists, without a word of the inside. */
function holds(method: Method, result: Result<unknown>): void {
  if (result.ok) {
    expect(contract[method].output.safeParse(result.value).success).toBe(true);
    return;
  }
  expect([...common, ...contract[method].errors]).toContain(result.error.code);
  expect(JSON.stringify(result)).not.toMatch(/\bat \/|node_modules|SQLITE|Error:|\/home\/|SELECT/);
}

describe.each(methodNames.filter((name) => !apart.includes(name)))('%s', (method) => {
  it('answers its valid input within its contract', async () => holds(method, await call(method, validInputs[method])));

  it('answers every junk, whole and in each field, within its contract', async () => {
    for (const [name, junk] of Object.entries(junkValues)) {
      const inputs = [
        junk(),
        ...Object.keys(validInputs[method]).map((key) => ({ ...validInputs[method], [key]: junk() })),
      ];
      for (const input of inputs) {
        const result = await call(method, input);
        expect(result.ok || result.error.code, `${name} broke it`).not.toBe('internal');
        holds(method, result);
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

it.each(junkMethods)('there is no method %j', async (name) => {
  expect(await call(name, {})).toMatchObject({ ok: false, error: { code: 'bad_request' } });
});

it('still works after all of it', async () => {
  expect(await call('vault.status', {})).toMatchObject({ ok: true, value: { state: 'unlocked' } });
});
