import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { browserCandidates, findBrowser } from '../../../electron/host/chromium/browsers.ts';
import { browserCommand, needsNetwork } from '../../../electron/host/chromium/cage.ts';
import { browserEnvironment } from '../../../electron/host/chromium/environment.ts';
import { createBrowserHome } from '../../../electron/host/chromium/home.ts';
import { browserSwitches } from '../../../electron/host/chromium/switches.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-browser-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('where a browser is looked for', () => {
  it('Linux: on the PATH, Chromium first, never a snap and never the current folder', () => {
    const found = browserCandidates({
      platform: 'linux',
      home: '/home/a',
      env: { PATH: '/snap/bin:/usr/local/bin::bin:/usr/bin' },
    });
    expect(found[0]).toBe('/usr/local/bin/chromium');
    expect(found.indexOf('/usr/bin/chromium')).toBeLessThan(found.indexOf('/usr/local/bin/google-chrome'));
    expect(found.filter((path) => !path.startsWith('/') || path.startsWith('/snap'))).toEqual([]);
  });

  it('macOS: for all users and for this one', () => {
    const found = browserCandidates({ platform: 'darwin', home: '/Users/a', env: {} });
    expect(found).toContain('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(found).toContain('/Users/a/Applications/Chromium.app/Contents/MacOS/Chromium');
  });

  it('Windows: Edge is always there', () => {
    const env = { PROGRAMFILES: 'C:\\Program Files', 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' };
    expect(browserCandidates({ platform: 'win32', home: '', env })).toContain(
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    );
  });

  it('is the first that can be run; none is an error that says what to do', async () => {
    const folder = await temporaryFolder();
    const facts = { platform: 'linux', home: '', env: { PATH: folder } } as const;
    await writeFile(join(folder, 'chromium'), '', { mode: 0o600 });
    await writeFile(join(folder, 'chromium-browser'), '', { mode: 0o700 });
    const found = await findBrowser(facts);
    expect(found).not.toBe(join(folder, 'chromium'));
    await expect(findBrowser({ platform: 'win32', home: '', env: {} })).rejects.toMatchObject({
      code: 'not_available',
      message: expect.stringContaining('Install'),
    });
  });
});

describe('the browser’s environment', () => {
  const env = {
    PATH: '/bin',
    HOME: '/root',
    DISPLAY: ':0',
    LC_ALL: 'C',
    NODE_OPTIONS: '--inspect',
    HTTPS_PROXY: 'http://x',
    SECRET_KEY: 'x',
    LD_PRELOAD: '/x.so',
  };
  it.each(['linux', 'darwin', 'win32'] as const)('%s: holds nothing but what was named', (platform) => {
    expect(Object.keys(browserEnvironment(platform, env)).filter((name) => /NODE|PROXY|SECRET|LD_/.test(name))).toEqual(
      [],
    );
  });
  it('has the display and the language', () => {
    expect(browserEnvironment('linux', env)).toEqual({ PATH: '/bin', HOME: '/root', DISPLAY: ':0', LC_ALL: 'C' });
  });
  it('names of Windows are read in any case', () => {
    expect(browserEnvironment('win32', { SystemRoot: 'C:\\Windows' })).toEqual({ SystemRoot: 'C:\\Windows' });
  });
});

describe('the seal', () => {
  it.each([
    [{ DISPLAY: ':0' }, false],
    [{ DISPLAY: 'unix:0' }, false],
    [{ WAYLAND_DISPLAY: 'wayland-0', DISPLAY: 'x:0' }, false],
    [{}, false],
    [{ DISPLAY: 'localhost:10.0' }, true],
    [{ DISPLAY: '192.0.2.1:0' }, true],
  ])('%j needs a network: %s', (environment, expected) => expect(needsNetwork(environment)).toBe(expected));

  it('is used where it works, and only there', async () => {
    const environment = { PATH: process.env['PATH'] ?? '' };
    expect(await browserCommand('/b', '/r', environment, 'linux')).toEqual({
      executable: '/r/linux/sealed-browser.sh',
      environment: { ...environment, CLOISTER_BROWSER: '/b' },
      network: 'namespace',
    });
    for (const [given, platform] of [
      [environment, 'darwin'],
      [{ PATH: '/nowhere' }, 'linux'],
      [{ ...environment, DISPLAY: 'far:0' }, 'linux'],
    ] as const) {
      expect(await browserCommand('/b', '/r', given, platform)).toEqual({
        executable: '/b',
        environment: given,
        network: 'switches',
      });
    }
  });
});

describe('the switches', () => {
  const switches = browserSwitches({ width: 1, height: 2 });
  it('keep nothing and send nowhere', () => {
    expect(switches).toEqual(
      expect.arrayContaining([
        '--incognito',
        '--proxy-server=socks5://127.0.0.1:1',
        '--proxy-bypass-list=<-loopback>',
        '--window-size=1,2',
      ]),
    );
  });
  it('take no wall down', () =>
    expect(switches.join(' ')).not.toMatch(
      /no-sandbox|disable-web-security|remote-debugging|disable-site-isolation|ignore-certificate/,
    ));
});

describe('the browser’s folder', () => {
  it('is the person’s alone, fresh each time, and gone in the end', async () => {
    const profile = join(await temporaryFolder(), 'p');
    await mkdir(join(profile, 'runtime', 'window-old'), { recursive: true });
    await mkdir(join(profile, 'runtime', 'engine'));
    const home = await createBrowserHome(profile);
    const [engine, window] = (await readdir(join(profile, 'runtime'))).sort();
    expect(engine).toBe('engine');
    expect(window).not.toBe('window-old');
    for (const path of [join(profile, 'runtime', window!), home.userData, home.artifacts])
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(home.userData, 'Default/Preferences'), 'utf8'))).toMatchObject({
      credentials_enable_service: false,
    });
    await home.remove();
    expect(await readdir(join(profile, 'runtime'))).toEqual(['engine']);
  });

  it('leaves sockets elsewhere when its path is too long for them', async () => {
    const profile = join(await temporaryFolder(), 'a'.repeat(60));
    expect((await createBrowserHome(profile)).temporary).toBeNull();
  });
});
