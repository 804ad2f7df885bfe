import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FakeContents } from '../../host/fake-electron.ts';
import { start } from '../../host/started-electron.ts';

const position = (log: readonly string[], beginning: string): number =>
  log.findIndex((line) => line.startsWith(beginning));

describe('the order of the start', () => {
  it.each([
    ['scheme', 'ready'],
    ['sandbox', 'ready'],
    ['switch host-resolver-rules', 'ready'],
    ['on web-contents-created', 'ready'],
    ['path userData', 'lock'],
    ['lock', 'ready'],
    ['lock', 'application'],
    ['on before-quit', 'application'],
    ['session', 'window'],
    ['application', 'window'],
    ['handle call:vault.status', 'window'],
    ['on web-contents-created', 'window'],
  ])('%s comes before %s', async (earlier, later) => {
    const { log } = await start();
    expect(position(log, earlier)).toBeGreaterThanOrEqual(0);
    expect(position(log, earlier)).toBeLessThan(position(log, later));
  });

  it('registers one scheme, standard and secure, that bypasses nothing', async () => {
    const { log } = await start();
    expect(log.filter((line) => line.startsWith('scheme'))).toEqual([
      'scheme [{"scheme":"cloister","privileges":{"standard":true,"secure":true,"supportFetchAPI":true}}]',
    ]);
  });

  it('keeps Electron’s own files in the profile, for the person alone', async () => {
    const { paths, folder } = await start();
    expect(paths.get('userData')).toBe(join(folder, 'profile', 'runtime', 'electron'));
    expect(paths.get('sessionData')).toBe(paths.get('userData'));
    expect((await stat(join(folder, 'profile'))).mode & 0o777).toBe(0o700);
  });

  it('opens nothing when another instance holds the profile', async () => {
    const { log, windows } = await start({ hasLock: false });
    expect(log.at(-1)).toBe('quit');
    expect(log).not.toContain('application');
    expect(windows).toHaveLength(0);
  });

  it('says why and ends when the application does not start', async () => {
    const { errors, log, windows } = await start(
      {},
      { start: () => Promise.reject(new Error('The profile is in use.')) },
    );
    expect(errors).toEqual(['The profile is in use.']);
    expect(log.at(-1)).toBe('exit 1');
    expect(windows).toHaveLength(0);
  });
});

describe('an installed program', () => {
  it.each([
    'no-sandbox',
    'disable-web-security',
    'remote-debugging-port',
    'remote-debugging-pipe',
    'js-flags',
    'load-extension',
  ])('does not start with --%s', async (name) => {
    const { errors, log } = await start({ isPackaged: true, switches: [name] });
    expect(errors[0]).toContain(`--${name}`);
    expect(log).toEqual(['exit 1']);
  });

  it('has no developer tools; a checkout has', async () => {
    expect((await start({ isPackaged: true })).windows[0]?.options.webPreferences?.devTools).toBe(false);
    expect((await start({ switches: ['no-sandbox'] })).windows[0]?.options.webPreferences?.devTools).toBe(true);
  });
});

describe('the sessions', () => {
  it('of the page lives in memory, without a cache', async () => {
    const { sessions, windows } = await start();
    expect(sessions.partition).toEqual(['cloister', { cache: false }]);
    expect(windows[0]?.options.webPreferences?.session).toBe(sessions.own);
  });

  it.each(['default', 'own'] as const)('%s: grants nothing and loads nothing but the page', async (name) => {
    const { sessions } = await start();
    const session = sessions[name];
    const ask = (handler: string, ...values: unknown[]): unknown =>
      (session.set.get(handler) as (...all: unknown[]) => unknown)(...values);
    const answered = (handler: string, ...values: unknown[]): unknown => {
      let answer: unknown = 'none';
      ask(handler, ...values, (given: unknown) => (answer = given));
      return answer;
    };
    for (const permission of ['media', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem']) {
      expect(answered('permissionRequest', null, permission)).toBe(false);
      expect(ask('permissionCheck', null, permission)).toBe(false);
    }
    expect(ask('device', {})).toBe(false);
    expect(answered('bluetooth', {})).toEqual({ confirmed: false });
    expect(answered('display', {})).toBeNull();
    expect(ask('usbClasses', { protectedClasses: ['hid'] })).toEqual(['hid']);
    const loads = (url: string): unknown => answered('onBeforeRequest', { url });
    expect(loads('cloister://app/index.html')).toEqual({ cancel: false });
    for (const url of [
      'https://example.com/',
      'cloister://app.evil/',
      'file:///etc/passwd',
      'ws://127.0.0.1/',
      'cloister://other/',
      'data:,',
    ]) {
      expect(loads(url)).toEqual({ cancel: true });
    }
    expect(session.spelling).toBe(false);
    for (const event of ['select-hid-device', 'select-usb-device', 'select-serial-port', 'will-download']) {
      const preventDefault = vi.fn();
      session.emit(
        event,
        { preventDefault },
        {},
        event === 'select-serial-port' ? {} : () => undefined,
        () => undefined,
      );
      expect(preventDefault).toHaveBeenCalledOnce();
    }
  });

  it('of the page answers its scheme from the build; the other knows no page', async () => {
    const { sessions } = await start();
    const handle = sessions.own.set.get('protocol:cloister') as unknown as (request: Request) => Promise<Response>;
    const response = await handle({ url: 'cloister://app/', method: 'GET' } as Request);
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html>']);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await handle({ url: 'cloister://app/x', method: 'GET' } as Request)).status).toBe(404);
    expect([...sessions.default.set.keys()].filter((key) => key.startsWith('protocol'))).toEqual([]);
  });
});

describe('every contents', () => {
  it.each(['ours', 'a stranger'])('%s goes nowhere, opens nothing, attaches nothing', async (whose) => {
    const { events, windows } = await start();
    const contents = whose === 'ours' ? windows[0]!.webContents : new FakeContents();
    if (whose !== 'ours') events.emit('web-contents-created', {}, contents);
    const prevented = (event: string, url: string): boolean => {
      const preventDefault = vi.fn();
      contents.emit(event, { url, preventDefault });
      return preventDefault.mock.calls.length === 1;
    };
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect(prevented(event, 'https://example.com/')).toBe(true);
      expect(prevented(event, 'cloister://app/other')).toBe(true);
      expect(prevented(event, 'cloister://app/')).toBe(false);
    }
    expect(prevented('will-attach-webview', '')).toBe(true);
    expect(contents.openHandler?.()).toEqual({ action: 'deny' });
    expect(contents.webRtc).toBe('disable_non_proxied_udp');
  });
});

describe('the window', () => {
  it('has exactly these preferences', async () => {
    const { windows, sessions, folder } = await start();
    expect(windows).toHaveLength(1);
    expect(windows[0]?.options.webPreferences).toEqual({
      preload: join(folder, 'dist', 'preload.cjs'),
      session: sessions.own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: true,
    });
    expect(windows[0]?.loaded).toEqual(['cloister://app/']);
  });

  it('shows itself with the first paint, and comes forward for a second start', async () => {
    const { windows, events } = await start();
    const window = windows[0]!;
    expect(window.options.show).toBe(false);
    window.emit('ready-to-show');
    expect(window.shown).toBe(1);
    const focused = vi.fn();
    window.on('focused', focused);
    events.emit('second-instance', {}, ['--anything', 'cloister://evil']);
    expect(focused).toHaveBeenCalledOnce();
    expect(window.loaded).toHaveLength(1);
  });

  it('loads again after a crash, three times', async () => {
    const { windows } = await start();
    const contents = windows[0]!.webContents;
    contents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    for (let crash = 0; crash < 5; crash += 1) contents.emit('render-process-gone', {}, { reason: 'oom' });
    expect(contents.reloads).toBe(3);
  });
});
