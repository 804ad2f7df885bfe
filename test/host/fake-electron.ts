import { EventEmitter } from 'node:events';
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  IpcMainInvokeEvent,
  Session,
  WebContents,
} from 'electron';
import type { ElectronApp, ElectronParts } from '../../electron/host/electron/start.ts';

type Handler = (...values: never[]) => unknown;

/** Contents and frames as far as the host looks at them. */
export class FakeContents extends EventEmitter {
  readonly mainFrame = { origin: 'cloister://app' };
  readonly sent: [string, unknown][] = [];
  openHandler: (() => { action: string }) | undefined;
  webRtc = '';
  reloads = 0;
  send(channel: string, payload: unknown): void {
    this.sent.push([channel, payload]);
  }
  isDestroyed(): boolean {
    return false;
  }
  reload(): void {
    this.reloads += 1;
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtc = policy;
  }
}

/** Records what is set on a session, by the setter's name. */
class FakeSession extends EventEmitter {
  readonly set = new Map<string, Handler>();
  readonly protocol = {
    handle: (scheme: string, handler: Handler) => void this.set.set(`protocol:${scheme}`, handler),
  };
  readonly webRequest = { onBeforeRequest: (handler: Handler) => void this.set.set('onBeforeRequest', handler) };
  spelling: boolean | undefined;
  setSpellCheckerEnabled(enable: boolean): void {
    this.spelling = enable;
  }
  setPermissionRequestHandler = (handler: Handler): void => void this.set.set('permissionRequest', handler);
  setPermissionCheckHandler = (handler: Handler): void => void this.set.set('permissionCheck', handler);
  setDevicePermissionHandler = (handler: Handler): void => void this.set.set('device', handler);
  setBluetoothPairingHandler = (handler: Handler): void => void this.set.set('bluetooth', handler);
  setDisplayMediaRequestHandler = (handler: Handler): void => void this.set.set('display', handler);
  setUSBProtectedClassesHandler = (handler: Handler): void => void this.set.set('usbClasses', handler);
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly loaded: string[] = [];
  shown = 0;
  readonly options: BrowserWindowConstructorOptions;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }
  show(): void {
    this.shown += 1;
  }
  focus(): void {
    this.emit('focused');
  }
  restore(): void {
    this.emit('restored');
  }
  isMinimized(): boolean {
    return true;
  }
  isDestroyed(): boolean {
    return false;
  }
}

/** The main process's side of Electron, writing down what happens in which order. It never loads Electron. */
export function createFakeElectron(
  facts: { switches?: readonly string[]; isPackaged?: boolean; hasLock?: boolean } = {},
) {
  const log: string[] = [];
  const note = <T>(name: string, value: T): T => {
    log.push(name);
    return value;
  };
  const events = new EventEmitter();
  const power = new EventEmitter();
  const handlers = new Map<string, (event: Partial<IpcMainInvokeEvent>, ...input: unknown[]) => Promise<unknown>>();
  const appended = new Map<string, string | undefined>();
  const paths = new Map<string, string>();
  const windows: FakeWindow[] = [];
  const sessions = { default: new FakeSession(), own: new FakeSession(), partition: ['', {}] as [string, object] };
  const errors: string[] = [];

  const app = {
    isPackaged: facts.isPackaged ?? false,
    commandLine: {
      hasSwitch: (name: string) => facts.switches?.includes(name) ?? false,
      appendSwitch: (name: string, value?: string) => void appended.set(name, note(`switch ${name}`, value)),
    },
    enableSandbox: () => note('sandbox', undefined),
    requestSingleInstanceLock: () => note('lock', facts.hasLock ?? true),
    whenReady: async () => note('ready', undefined),
    setPath: (name: string, path: string) => void paths.set(name, note(`path ${name}`, path)),
    getAppPath: () => '/app',
    quit: () => note('quit', undefined),
    exit: (code?: number) => note(`exit ${code ?? 0}`, undefined),
    on: ((name: string, listener: (...values: unknown[]) => void) => {
      log.push(`on ${name}`);
      events.on(name, listener);
      return app;
    }) as unknown as ElectronApp['on'],
  } satisfies ElectronApp as ElectronApp;

  class RecordedWindow extends FakeWindow {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options);
      log.push('window');
      windows.push(this);
      events.emit('web-contents-created', {}, this.webContents);
    }
  }

  const parts = {
    app,
    BrowserWindow: RecordedWindow as unknown as typeof BrowserWindow,
    dialog: {
      showErrorBox: (_title, content) => void errors.push(content),
      showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
    },
    ipcMain: {
      handle: (channel, listener) => void handlers.set(note(`handle ${channel}`, channel), listener as never),
    },
    Menu: {
      setApplicationMenu: () => note('menu', undefined),
      buildFromTemplate: (() => null) as unknown as ElectronParts['Menu']['buildFromTemplate'],
    },
    powerMonitor: {
      on: ((name: string, listener: () => void) =>
        power.on(name, listener)) as unknown as ElectronParts['powerMonitor']['on'],
    },
    protocol: { registerSchemesAsPrivileged: (schemes) => void log.push(`scheme ${JSON.stringify(schemes)}`) },
    session: {
      defaultSession: sessions.default as unknown as Session,
      fromPartition: (name, options) => {
        sessions.partition = [note('session', name), options];
        return sessions.own as unknown as Session;
      },
    },
  } satisfies ElectronParts;
  return { parts, log, events, power, handlers, appended, paths, windows, sessions, errors };
}

export const asContents = (contents: FakeContents): WebContents => contents as unknown as WebContents;
