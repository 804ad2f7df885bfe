import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { App, BrowserWindow, Dialog, IpcMain, Menu, PowerMonitor, Protocol, Session } from 'electron';
import type { Dialogs } from '../../app/ports.ts';
import type { CallTarget } from '../shared/index.ts';
import { forwardNews, offerCalls } from './calls.ts';
import { guardEveryContents } from './contents.ts';
import { createDialogs } from './dialogs.ts';
import { electronEntries, type ElectronEntries } from './entries.ts';
import { lockWithTheSystem, stopBeforeQuit } from './lifecycle.ts';
import { menuTemplate } from './menu.ts';
import { registerScheme, servePage } from './scheme.ts';
import { hardenSession } from './session.ts';
import { keepChromiumQuiet, refuseWeakStart } from './switches.ts';
import { bringForward, openWindow } from './window.ts';

/** What is used of Electron. Handed in by `main.ts`, so all of this runs in tests without it. */
export interface ElectronParts {
  readonly app: ElectronApp;
  readonly BrowserWindow: typeof BrowserWindow;
  readonly dialog: Pick<Dialog, 'showErrorBox' | 'showOpenDialog'>;
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly Menu: Pick<typeof Menu, 'setApplicationMenu' | 'buildFromTemplate'>;
  readonly powerMonitor: Pick<PowerMonitor, 'on'>;
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>;
  readonly session: {
    readonly defaultSession: Session;
    fromPartition(name: string, options: { cache: boolean }): Session;
  };
}

export type ElectronApp = Pick<
  App,
  | 'isPackaged'
  | 'enableSandbox'
  | 'requestSingleInstanceLock'
  | 'whenReady'
  | 'setPath'
  | 'getAppPath'
  | 'on'
  | 'quit'
  | 'exit'
> & { readonly commandLine: Pick<App['commandLine'], 'hasSwitch' | 'appendSwitch'> };

/** The application, as far as this host uses it. */
export interface HostedApplication extends CallTarget {
  start(): Promise<void>;
  stop(): Promise<void>;
  onEvent(listener: (event: string, payload: unknown) => void): () => void;
}

interface ElectronHostOptions {
  readonly profile: string;
  readonly exists: (path: string) => boolean;
  readonly resourcesPath: string;
  /** Of `--node`: see `electronEntries`. */
  readonly starter: string | null;
  readonly createApplication: (host: {
    profile: string;
    entries: ElectronEntries;
    dialogs: Dialogs;
  }) => HostedApplication;
}

/**
 * Starts Cloister in Electron. The order is the point: walls before Electron is ready, the lock on the profile before
 * anything opens it, guards before the first window.
 */
export async function startElectron(electron: ElectronParts, options: ElectronHostOptions): Promise<void> {
  const { app, dialog } = electron;
  try {
    beforeReady(electron, options.profile);
    if (!app.requestSingleInstanceLock()) {
      app.quit();
      return;
    }
    await app.whenReady();
    await openApplication(electron, options);
  } catch (thrown) {
    dialog.showErrorBox('Cloister did not start', thrown instanceof Error ? thrown.message : 'The reason is unknown.');
    app.exit(1);
  }
}

function beforeReady({ app, protocol }: ElectronParts, profile: string): void {
  refuseWeakStart(app);
  keepChromiumQuiet(app);
  app.enableSandbox();
  registerScheme(protocol);
  guardEveryContents(app);
  useFolder(app, profile);
}

/** Electron's own files lie in the profile, and the single-instance lock holds for the profile. No page keeps anything there. */
function useFolder(app: Pick<App, 'setPath'>, profile: string): void {
  const folder = join(profile, 'runtime', 'electron');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
}

async function openApplication(electron: ElectronParts, options: ElectronHostOptions): Promise<void> {
  const { app, BrowserWindow, dialog, ipcMain, Menu, powerMonitor } = electron;
  const entries = electronEntries({
    appPath: app.getAppPath(),
    resourcesPath: options.resourcesPath,
    isPackaged: app.isPackaged,
    platform: process.platform,
    arch: process.arch,
    exists: options.exists,
    starter: options.starter,
  });
  const session = await prepareSessions(electron, entries);
  let window: BrowserWindow | null = null;
  const application = options.createApplication({
    profile: options.profile,
    entries,
    dialogs: createDialogs(dialog, () => window),
  });
  stopBeforeQuit(app, () => application.stop());
  const lock = (): void => void application.dispatch('vault.lock', {}, { origin: 'page' });
  const own = (): BrowserWindow['webContents'] | null =>
    window === null || window.isDestroyed() ? null : window.webContents;
  await application.start();
  offerCalls(ipcMain, application, own);
  forwardNews((listener) => application.onEvent(listener), own);
  lockWithTheSystem(powerMonitor, lock);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, lock)));
  app.on('second-instance', () => bringForward(window));
  window = openWindow(BrowserWindow, {
    preload: entries.preload,
    session,
    isPackaged: app.isPackaged,
    icon: entries.icon,
  });
}

/** Ours lives in memory: a page's form fields, history and storage would otherwise be written in the clear. */
async function prepareSessions({ session }: ElectronParts, entries: ElectronEntries): Promise<Session> {
  const own = session.fromPartition('cloister', { cache: false });
  hardenSession(session.defaultSession);
  hardenSession(own);
  await servePage(own, entries);
  return own;
}
