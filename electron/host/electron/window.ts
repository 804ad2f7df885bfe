import type { BrowserWindow, BrowserWindowConstructorOptions, Session, WebPreferences } from 'electron';
import { origin } from './scheme.ts';

type Window = Pick<
  BrowserWindow,
  'loadURL' | 'show' | 'focus' | 'restore' | 'isMinimized' | 'isDestroyed' | 'once' | 'on' | 'close' | 'destroy'
> & {
  readonly webContents: Pick<BrowserWindow['webContents'], 'mainFrame' | 'send' | 'isDestroyed' | 'on' | 'reload'>;
};

/** Everything that keeps the page a page. Written out, though most are Electron's defaults, so a test can hold them. */
function webPreferences(preload: string, session: Session, isPackaged: boolean): WebPreferences {
  return {
    preload,
    session,
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
    devTools: !isPackaged,
  };
}

interface WindowOptions {
  readonly preload: string;
  readonly session: Session;
  readonly isPackaged: boolean;
  readonly icon: string;
}

/** A page that crashes more often than this stays as it is; the person can quit. */
const mostCrashes = 3;

/** Opens the one window. It shows itself with its first paint, so nobody sees an empty frame. */
export function openWindow<W extends Window>(
  Constructor: new (options: BrowserWindowConstructorOptions) => W,
  { preload, session, isPackaged, icon }: WindowOptions,
): W {
  const window = new Constructor({
    title: 'Cloister',
    width: 1280,
    height: 860,
    minWidth: 480,
    minHeight: 400,
    show: false,
    autoHideMenuBar: true,
    icon,
    webPreferences: webPreferences(preload, session, isPackaged),
  });
  window.once('ready-to-show', () => window.show());
  reloadAfterCrashes(window);
  // A failed load shows in the window itself; the promise says nothing more.
  void window.loadURL(`${origin}/`).catch(() => undefined);
  return window;
}

function reloadAfterCrashes(window: Window): void {
  let crashes = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    crashes += 1;
    if (crashes <= mostCrashes && !window.isDestroyed()) window.webContents.reload();
  });
}

export function bringForward(window: Window | null): void {
  if (window === null || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
