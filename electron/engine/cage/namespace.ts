import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { Agent } from 'undici';
import type { CacheType } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { EngineFile, Fingerprint } from '../find/index.ts';
import type { CheckedFile, Orders } from '../keeper/orders.ts';
import type { ShownFile } from '../types.ts';
import { engineEnvironment } from './environment.ts';
import { attachKeeper, isPiped, type KeeperProcess } from './keeper-process.ts';
import { engineFiles, inside, namespaceArguments } from './namespace-arguments.ts';
import { pinSocket } from './pinned-socket.ts';
import type { CageProbe } from './probe.ts';
import { createRuntimeDirectory } from './runtime-directory.ts';
import { keeperArguments, runtimeBinds, type Runtime } from './runtime.ts';
import { graceMilliseconds, type CagedEngine } from './types.ts';

export type NamespaceProbe = Extract<CageProbe, { kind: 'namespace' }>;

interface Launch {
  readonly probe: NamespaceProbe;
  readonly runtime: Runtime;
  readonly engine: Fingerprint;
  readonly models: string;
  /** Shown instead of the whole folder. */
  readonly only?: readonly ShownFile[] | undefined;
  readonly cacheType?: CacheType | undefined;
  readonly onLine: (line: string) => void;
}

/** bubblewrap reads its arguments from descriptor 3, so that no path of the person shows in the list of processes. */
function spawnBubblewrap(bubblewrap: string, cage: readonly string[], command: readonly string[]): ChildProcess {
  const child = spawn(bubblewrap, ['--args', '3', '--', ...command], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const argumentsPipe = child.stdio[3] as Writable;
  // It may be gone before it read them; its end is reported elsewhere.
  argumentsPipe.on('error', () => undefined);
  argumentsPipe.end(cage.map((argument) => `${argument}\0`).join(''));
  return child;
}

const checked = (file: EngineFile, path: string): CheckedFile => ({ path, ...file.identity });

function ordersFor(engine: Fingerprint, cacheType: CacheType | undefined): Orders {
  const environment = engineEnvironment({
    home: inside.home,
    temporary: inside.temporary,
    models: inside.models,
    listen: `127.0.0.1:${inside.port}`,
    cacheType,
  });
  return {
    engine: { command: inside.engine, args: ['serve'], environment, directory: inside.home, pinned: null },
    bridge: { socket: join(inside.sockets, inside.socketName), port: inside.port },
    files: [
      checked(engine.binary, inside.engine),
      ...engine.libraries.map((file) => checked(file, `${inside.libraries}/${file.name}`)),
    ],
    graceMilliseconds,
  };
}

/** Built, the keeper is one file; from its sources, the folder with the files that it imports. */
function keeperBind(keeper: string): string[] {
  const sources = keeper.endsWith('.ts');
  return sources
    ? ['--ro-bind', dirname(keeper), inside.keeper]
    : ['--ro-bind', keeper, join(inside.keeper, basename(keeper))];
}

/** File by file, as the engine's own are: what is bound cannot be exchanged, and nothing else is there to be read. */
const modelBinds = ({ models, only }: Pick<Launch, 'models' | 'only'>): string[] =>
  only === undefined
    ? ['--ro-bind', models, inside.models]
    : only.flatMap(({ from, to }) => ['--ro-bind', from, `${inside.models}/${to}`]);

async function cageFor(launch: Launch, sockets: string): Promise<{ cage: string[]; command: string[] }> {
  const runtime = await runtimeBinds(launch.runtime);
  const keeper = launch.runtime.keeper;
  const cage = namespaceArguments(launch.probe.host, [
    ...runtime.arguments,
    ...keeperBind(keeper),
    ...engineFiles(launch.engine),
    ...modelBinds(launch),
    ...['--bind', sockets, inside.sockets],
  ]);
  return { cage, command: [runtime.command, ...keeperArguments(join(inside.keeper, basename(keeper)))] };
}

/** Sockets stay open between requests; a model may think for long before its first word. */
export const dispatcherOptions = { connections: 32, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;

async function enter(keeper: KeeperProcess, sockets: string): Promise<CagedEngine> {
  await keeper.expect('listening');
  const socket = await pinSocket(join(sockets, inside.socketName), sockets);
  const dispatcher = new Agent({ ...dispatcherOptions, connect: { socketPath: socket.path } });
  const ended = keeper.ended.then(async (reason) => {
    // Whatever still waits for an answer learns at once that none will come.
    await dispatcher.destroy();
    await socket.close();
    return reason;
  });
  keeper.send({ type: 'go' });
  await keeper.expect('started');
  const stop = async (): Promise<void> => {
    keeper.send({ type: 'stop' });
    const late = setTimeout(() => keeper.kill(), graceMilliseconds + 1_000);
    await ended;
    clearTimeout(late);
  };
  return { kind: 'namespace', dispatcher, ended, stop };
}

/**
 * Starts the engine with no network, no view of the person's files but the models (read-only), and no name that other
 * programs could connect to. Throws `engine_failed`.
 */
export async function launchInNamespace(launch: Launch): Promise<CagedEngine> {
  const sockets = await createRuntimeDirectory(launch.models);
  const { cage, command } = await cageFor(launch, sockets);
  const child = spawnBubblewrap(launch.probe.bubblewrap, cage, command);
  if (!isPiped(child)) throw new CloisterError('internal');
  const keeper = attachKeeper(child, ordersFor(launch.engine, launch.cacheType), launch.onLine);
  try {
    return await enter(keeper, sockets);
  } catch (error) {
    keeper.kill();
    await rm(sockets, { recursive: true, force: true });
    throw new CloisterError('engine_failed', `The engine did not start: ${await keeper.ended}.`, { cause: error });
  }
}
