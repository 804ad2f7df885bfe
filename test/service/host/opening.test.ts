import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApplication, type Application } from '../../../electron/app/index.ts';
import { createMemoryKeychain } from '../../../electron/vault/index.ts';
import type { Keychain } from '../../../electron/vault/types.ts';
import type { AppStatus } from '../../../shared/contract/types.ts';
import { builtEntries } from '../../host/chromium-fixture.ts';

const page = { origin: 'page' } as const;
let folder = '';
let application: Application;

/** A keychain as it is on a computer with much to do. */
function slow(keychain: Keychain): Keychain {
  return {
    ...keychain,
    get: (account) => wait(150).then(() => keychain.get(account)),
    set: (account, secret) => wait(150).then(() => keychain.set(account, secret)),
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-opening-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  application = createApplication({
    profile: join(folder, 'profile'),
    host: 'chromium',
    entries: builtEntries,
    keychain: slow(createMemoryKeychain()),
    dialogs: { choose: async () => [] },
    version: '0',
  });
  await application.start();
});
afterEach(async () => {
  await application.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it('is never said to be open before it answers, nor after it stopped answering', async () => {
  const states: string[] = [];
  const refused: unknown[] = [];
  application.onEvent((event, payload) => {
    if (event !== 'app.changed') return;
    const { status } = payload as unknown as { status: AppStatus };
    states.push(status.vault.state);
    if (status.vault.state !== 'unlocked') return;
    // As the page does when it hears it.
    void application.dispatch('settings.get', {}, page).then((result) => {
      if (!result.ok) refused.push(result.error.code);
    });
  });
  await application.create({ keySource: 'keychain' });
  await vi.waitFor(() => expect(states.at(-1)).toBe('unlocked'));
  await application.lock();
  await vi.waitFor(() => expect(states.at(-1)).toBe('locked'));
  const unlocking = application.dispatch('vault.unlock', {}, page);
  const whileOpening: string[] = [];
  while (whileOpening.at(-1) !== 'unlocked' && whileOpening.length < 200) {
    const result = await application.dispatch('vault.status', {}, page);
    whileOpening.push(result.ok ? (result.value as AppStatus['vault']).state : 'error');
    if (whileOpening.at(-1) === 'unlocked')
      expect((await application.dispatch('settings.get', {}, page)).ok).toBe(true);
    await wait(10);
  }
  expect(await unlocking).toMatchObject({ ok: true, value: { state: 'unlocked' } });
  await vi.waitFor(() => expect(states.at(-1)).toBe('unlocked'));
  expect(new Set(whileOpening)).toEqual(new Set(['locked', 'unlocked']));
  expect(refused).toEqual([]);
});
