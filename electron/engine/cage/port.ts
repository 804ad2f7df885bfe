import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { Agent, type buildConnector } from 'undici';
import type { CacheType } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Fingerprint } from '../find/index.ts';
import type { Orders } from '../keeper/orders.ts';
import { ownsPort } from '../listener/index.ts';
import { engineEnvironment } from './environment.ts';
import type { ShownFile } from '../types.ts';
import { attachKeeper, isPiped, type KeeperProcess } from './keeper-process.ts';
import { dispatcherOptions } from './namespace.ts';
import { recordProcess, sweepLeftovers, type Instance } from './process-record.ts';
import { createRuntimeDirectory } from './runtime-directory.ts';
import { keeperArguments, keeperEnvironment, type Runtime } from './runtime.ts';
import { graceMilliseconds, type CagedEngine } from './types.ts';

interface Launch extends Instance {
  readonly runtime: Runtime;
  readonly engine: Fingerprint;
  readonly models: string;
  /** Shown instead of the whole folder. */
  readonly only?: readonly ShownFile[] | undefined;
  readonly cacheType?: CacheType | undefined;
  readonly onLine: (line: string) => void;
  /** How long the engine may take until it says which port it got. */
  readonly patience: number;
}

const onLinux = process.platform === 'linux';
const setpriv = '/usr/bin/setpriv';

/** What the engine says when it listens: `msg="Listening on 127.0.0.1:39805 (version 0.32.15)"`. */
export function portInLine(line: string): number | null {
  const port = Number(/Listening on 127\.0\.0\.1:(\d{2,5})\b/.exec(line)?.[1]);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

/**
 * On Linux the very file that was hashed is started, through its descriptor, and dies with the keeper; elsewhere by its
 * path, right after it was checked.
 */
function startCommand(engine: Fingerprint): Pick<Orders['engine'], 'command' | 'args' | 'pinned'> {
  const path = engine.binary.path;
  if (!onLinux) return { command: path, args: ['serve'], pinned: null };
  const pinned = '/proc/self/fd/3';
  if (!existsSync(setpriv)) return { command: pinned, args: ['serve'], pinned: path };
  return { command: setpriv, args: ['--pdeathsig', 'KILL', '--no-new-privs', '--', pinned, 'serve'], pinned: path };
}

/** A folder with links to these files alone; a system that refuses links gets copies. */
async function showOnly(folder: string, files: readonly ShownFile[]): Promise<string> {
  const shown = join(folder, 'models');
  for (const { from, to } of files) {
    const path = join(shown, to);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await symlink(from, path).catch(() => copyFile(from, path));
  }
  return shown;
}

async function ordersFor(launch: Launch, folder: string): Promise<Orders> {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  await mkdir(home, { mode: 0o700 });
  await mkdir(temporary, { mode: 0o700 });
  const listen = '127.0.0.1:0';
  const models = launch.only === undefined ? launch.models : await showOnly(folder, launch.only);
  return {
    engine: {
      ...startCommand(launch.engine),
      environment: engineEnvironment({ home, temporary, models, listen, cacheType: launch.cacheType }),
      directory: home,
    },
    bridge: null,
    files: [launch.engine.binary, ...launch.engine.libraries].map((file) => ({ path: file.path, ...file.identity })),
    graceMilliseconds,
  };
}

const strange = (): CloisterError =>
  new CloisterError('engine_failed', 'Another program listens where the engine should. Nothing was sent to it.');

/** Opens a connection, then makes sure that it leads to our own child, before a byte is sent. */
function checkedConnector(pid: number, port: number): buildConnector.connector {
  const open = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    if (await ownsPort(pid, port)) return socket;
    socket.destroy();
    throw strange();
  };
  return (_options, callback) => {
    open().then(
      (socket) => {
        callback(null, socket);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : strange(), null);
      },
    );
  };
}

interface PortWatch {
  readonly onLine: (line: string) => void;
  readonly port: Promise<number>;
}

/** Hears the port out of the engine's first lines. */
function watchForPort(onLine: (line: string) => void): PortWatch {
  const { promise, resolve } = Promise.withResolvers<number>();
  return {
    port: promise,
    onLine: (line) => {
      const port = portInLine(line);
      if (port !== null) resolve(port);
      onLine(line);
    },
  };
}

async function firstOf<Value>(wanted: Promise<Value>, keeper: KeeperProcess, patience: number): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the engine did not say where it listens')), patience);
  const over = keeper.ended.then((reason): never => {
    throw new Error(reason);
  });
  try {
    return await Promise.race([wanted, over, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function enter(
  launch: Launch,
  keeper: KeeperProcess,
  heard: Promise<number>,
  cleanUp: () => Promise<void>,
): Promise<CagedEngine> {
  await keeper.expect('listening');
  keeper.send({ type: 'go' });
  const { pid } = await keeper.expect('started');
  const files = [launch.engine.binary, ...launch.engine.libraries].map((file) => file.path);
  if (onLinux) await recordProcess(launch, pid, files);
  const port = await firstOf(heard, keeper, launch.patience);
  if (!(await ownsPort(pid, port))) throw strange();
  const dispatcher = new Agent({ ...dispatcherOptions, connect: checkedConnector(pid, port) });
  const ended = keeper.ended.then(async (reason) => {
    await dispatcher.destroy();
    await cleanUp();
    return reason;
  });
  const stop = async (): Promise<void> => {
    keeper.send({ type: 'stop' });
    const late = setTimeout(() => keeper.kill(), graceMilliseconds + 1_000);
    await ended;
    clearTimeout(late);
  };
  return { kind: 'port', dispatcher, ended, stop };
}

/** Whatever the keeper could not take with it goes now; then the engine's private folder. */
async function cleanUp(instance: Instance, folder: string): Promise<void> {
  if (onLinux) await sweepLeftovers(instance);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * The weaker cage, where namespaces are refused: a port on this computer that the kernel chose, an environment of its
 * own, a private home, and a check before each connection that the listener is our child. The models cannot be made
 * read-only here. Throws `engine_failed`.
 */
export async function launchOnPort(launch: Launch): Promise<CagedEngine> {
  if (onLinux) await sweepLeftovers(launch);
  const folder = await createRuntimeDirectory(launch.models);
  const orders = await ordersFor(launch, folder);
  const watch = watchForPort(launch.onLine);
  const child = spawn(launch.runtime.node, keeperArguments(launch.runtime.keeper), {
    env: keeperEnvironment(launch.runtime),
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  if (!isPiped(child)) throw new CloisterError('internal');
  const keeper = attachKeeper(child, orders, watch.onLine);
  try {
    return await enter(launch, keeper, watch.port, () => cleanUp(launch, folder));
  } catch (error) {
    keeper.kill();
    await keeper.ended;
    await cleanUp(launch, folder);
    const why = error instanceof Error ? error.message : 'unknown';
    throw error instanceof CloisterError
      ? error
      : new CloisterError('engine_failed', `The engine did not start: ${why}.`);
  }
}
