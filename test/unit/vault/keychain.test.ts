import { describe, expect, it } from 'vitest';
import { createAvailability } from '../../../electron/vault/keychain/availability.ts';
import { createMemoryKeychain, scopeKeychain } from '../../../electron/vault/index.ts';
import { explainKeychainFailure, missingSessionBus } from '../../../electron/vault/keychain/reasons.ts';

describe('why there is no keychain', () => {
  it.each([
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', /D-Bus/],
    ['Failed to execute child process “dbus-launch” (No such file or directory)', /D-Bus/],
    ['Could not connect: No such file or directory', /D-Bus/],
    ['The name org.freedesktop.secrets was not provided by any .service files', /keyring service/],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', /default collection/],
    ['Prompt was dismissed', /locked/],
    ['libsecret-1.so.0: cannot open shared object file', /libsecret-1-0/],
    ['Failed to load keytar native addon, checked []', /libsecret-1-0/],
    ['something new', /refused: something new/],
  ])('%s', (message, reason) => {
    expect(explainKeychainFailure(message)).toMatch(reason);
    expect(explainKeychainFailure(message)).not.toContain('\n');
  });

  it.each([
    ['darwin', {}, [], true],
    ['win32', {}, [], true],
    ['linux', {}, [], false],
    ['linux', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/x' }, [], true],
    ['linux', { DBUS_SESSION_BUS_ADDRESS: '' }, [], false],
    ['linux', { XDG_RUNTIME_DIR: '/run/user/7' }, ['/run/user/7/bus'], true],
    ['linux', { XDG_RUNTIME_DIR: '/run/user/7' }, [], false],
    ['linux', { DISPLAY: ':0' }, [], false],
  ] as const)('on %s with %j and %j there is a bus: %s', (platform, env, files, there) => {
    expect(missingSessionBus(platform, env, (path) => (files as readonly string[]).includes(path)) === null).toBe(
      there,
    );
  });
});

describe('a keychain of one vault', () => {
  it('does not see another vault’s accounts', async () => {
    const keychain = createMemoryKeychain();
    const [one, two] = [scopeKeychain(keychain, 'one'), scopeKeychain(keychain, 'two')];
    await one.set('checkpoint', 'first');
    expect(await two.get('checkpoint')).toBeNull();
    await two.set('checkpoint', 'second');
    await two.delete('checkpoint');
    expect(await one.get('checkpoint')).toBe('first');
  });
});

describe('whether a keychain is available', () => {
  it('is asked once while it is, and told at once', async () => {
    let probes = 0;
    const ask = createAvailability(
      { ...createMemoryKeychain(), probe: async () => ((probes += 1), { available: true as const, backend: 'x' }) },
      () => undefined,
    );
    await Promise.all([ask(), ask()]);
    expect(await ask()).toEqual({ available: true, backend: 'x', reason: null });
    expect(probes).toBe(1);
  });

  it('does not keep a status waiting for a person at a password prompt, and tells the answer later', async () => {
    const prompt = Promise.withResolvers<{ available: true; backend: string }>();
    const answered = Promise.withResolvers<null>();
    const ask = createAvailability({ ...createMemoryKeychain(), probe: () => prompt.promise }, () =>
      answered.resolve(null),
    );
    expect(await ask()).toMatchObject({ available: false, reason: expect.stringContaining('not answered yet') });
    prompt.resolve({ available: true, backend: 'x' });
    await answered.promise;
    expect(await ask()).toMatchObject({ available: true });
  });

  it('has a reason where there is none, and where the probe itself fails', async () => {
    const broken = createAvailability(
      { ...createMemoryKeychain(), probe: () => Promise.reject(new Error('x')) },
      () => undefined,
    );
    const none = createAvailability(null, () => undefined);
    for (const ask of [broken, none])
      expect(await ask()).toMatchObject({ available: false, backend: null, reason: expect.any(String) });
  });
});
