import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApplication, type Application } from '../../../electron/app/index.ts';
import { createMemoryKeychain } from '../../../electron/vault/index.ts';
import type { AppStatus, ShownSettings } from '../../../shared/contract/types.ts';
import { builtEntries } from '../../host/chromium-fixture.ts';

const minute = 60_000;
const page = { origin: 'page' } as const;
let folder = '';
let application: Application;

/** The whole application as a window has it, on clocks that go on by themselves and can be put forward. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-idle-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true });
  application = createApplication({
    profile: join(folder, 'profile'),
    host: 'chromium',
    entries: builtEntries,
    keychain: createMemoryKeychain(),
    dialogs: { choose: async () => [] },
    version: '0',
  });
  await application.start();
});
afterEach(async () => {
  await application.stop();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const ask = async <T>(method: string, input: unknown = {}): Promise<T> => {
  const result = await application.dispatch(method, input, page);
  if (!result.ok) throw new Error(`${method}: ${result.error.code}`);
  return result.value as T;
};
const state = async () => (await ask<AppStatus>('app.status')).vault.state;
/** Locking takes a moment of real time. */
const isLockedSoon = () => vi.waitFor(async () => expect(await state()).toBe('locked'), { timeout: 20_000 });

const withPassphrase = () => application.create({ keySource: 'passphrase', passphrase: 'a passphrase of the tests' });

it('locks a passphrase vault after 15 minutes by itself, and again after the next unlock', async () => {
  await withPassphrase();
  expect(await ask<ShownSettings>('settings.get')).toMatchObject({ idleLock: '15', idleLockAtMost: null });
  await vi.advanceTimersByTimeAsync(14 * minute);
  expect(await state()).toBe('unlocked');
  await vi.advanceTimersByTimeAsync(2 * minute);
  await isLockedSoon();
  await application.unlock('a passphrase of the tests');
  await vi.advanceTimersByTimeAsync(16 * minute);
  await isLockedSoon();
});

it('leaves a keychain vault open unless the person wants it otherwise', async () => {
  await application.create({ keySource: 'keychain' });
  expect(await ask<ShownSettings>('settings.get')).toMatchObject({ idleLock: 'off' });
  await vi.advanceTimersByTimeAsync(600 * minute);
  expect(await state()).toBe('unlocked');
  expect(await ask<ShownSettings>('settings.set', { idleLock: '5' })).toMatchObject({ idleLock: '5' });
  await vi.advanceTimersByTimeAsync(6 * minute);
  await isLockedSoon();
  await application.unlock();
  expect(await ask<ShownSettings>('settings.get')).toMatchObject({ idleLock: '5' });
});

it('is put off by a person, and not by what the page reads by itself', async () => {
  await withPassphrase();
  for (let times = 0; times < 4; times += 1) {
    await vi.advanceTimersByTimeAsync(10 * minute);
    await ask('app.active');
  }
  expect(await state()).toBe('unlocked');
  for (let times = 0; times < 3; times += 1) {
    await vi.advanceTimersByTimeAsync(4 * minute);
    for (const method of ['app.status', 'chats.list', 'collections.list', 'settings.get']) await ask(method);
  }
  expect(await state()).toBe('unlocked');
  await vi.advanceTimersByTimeAsync(4 * minute);
  await isLockedSoon();
});

it('does not cut off files that are being taken in, and locks when they are done', { timeout: 120_000 }, async () => {
  await withPassphrase();
  const taking = ask<{ documents: number }>('documents.addSamples');
  for (let passed = 0; passed < 60; passed += 5) await vi.advanceTimersByTimeAsync(5 * minute);
  expect(await state()).toBe('unlocked');
  expect((await taking).documents).toBeGreaterThan(5);
  await vi.advanceTimersByTimeAsync(minute);
  await isLockedSoon();
  await application.unlock('a passphrase of the tests');
  const { collections } = await ask<{ collections: { documents: number }[] }>('collections.list');
  expect(collections[0]?.documents).toBe((await taking).documents);
});
