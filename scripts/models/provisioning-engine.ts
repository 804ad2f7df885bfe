/**
 * An engine for one conversion: it may write one temporary folder and nothing else, and where bubblewrap and socat are there it has
 * no network. What it makes is checked afterwards and never trusted.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, realpath } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { freePort } from '../free-port.ts';

type Address = Pick<RequestOptions, 'socketPath' | 'host' | 'port'>;

interface ProvisioningEngine {
  readonly models: string;
  /** Sends a body and gives the answer's text; throws with the engine's own words unless it answers 2xx. */
  send(method: 'GET' | 'POST', path: string, body?: Readable | string, length?: number): Promise<string>;
  stop(): Promise<void>;
}

const startMilliseconds = 30_000;
const system = ['/usr', '/lib', '/lib32', '/lib64', '/bin', '/sbin', '/etc/ld.so.cache', '/etc/alternatives'];

async function findProgram(name: string): Promise<string | null> {
  for (const folder of ['/usr/bin', '/bin', '/usr/local/bin']) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

const engineRoot = (binary: string): string =>
  basename(dirname(binary)) === 'bin' ? dirname(dirname(binary)) : dirname(binary);

const environment = (models: string, home: string, listen: string): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  HOME: home,
  OLLAMA_MODELS: models,
  OLLAMA_HOST: listen,
  OLLAMA_NO_CLOUD: '1',
  ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
});

function spawnCaged(programs: { bwrap: string; socat: string }, binary: string, work: string): [ChildProcess, Address] {
  const socket = join(work, 'socket', 'engine');
  const models = join(work, 'models');
  const settings = Object.entries(environment(models, '/tmp', '127.0.0.1:11434'));
  // The bridge and the engine live and die together with bubblewrap's first process.
  const script = '"$1" UNIX-LISTEN:"$2",fork,mode=600 TCP:127.0.0.1:11434 & exec "$3" serve';
  const args = [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...system.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['--ro-bind', engineRoot(binary), engineRoot(binary)],
    ...['--bind', models, models, '--bind', join(work, 'socket'), join(work, 'socket')],
    ...settings.flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', '/bin/sh', '-c', script, 'engine', programs.socat, socket, binary],
  ];
  return [spawn(programs.bwrap, args, { stdio: 'ignore' }), { socketPath: socket }];
}

async function spawnOnPort(binary: string, work: string): Promise<[ChildProcess, Address]> {
  const port = await freePort();
  const env = environment(join(work, 'models'), join(work, 'home'), `127.0.0.1:${port}`);
  return [spawn(binary, ['serve'], { stdio: 'ignore', env }), { host: '127.0.0.1', port }];
}

function send(
  address: Address,
  method: string,
  path: string,
  body?: Readable | string,
  length?: number,
): Promise<string> {
  const headers = { host: 'localhost', ...(length === undefined ? {} : { 'content-length': length }) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...address, method, path, headers }, (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (piece: string) => (text += piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(new Error(`The engine answered ${status}: ${text.slice(0, 300)}`));
      });
    });
    outgoing.on('error', reject);
    if (typeof body === 'object') body.on('error', reject).pipe(outgoing);
    else outgoing.end(body);
  });
}

async function waitUntilReady(child: ChildProcess, address: Address): Promise<void> {
  const until = Date.now() + startMilliseconds;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    if (
      await send(address, 'GET', '/api/version').then(
        () => true,
        () => false,
      )
    )
      return;
    await pause(50);
  }
  throw new Error('The engine did not start for the conversion.');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Starts the engine with `work/models` as its only writable folder. */
export async function startProvisioningEngine(engine: string, work: string): Promise<ProvisioningEngine> {
  const binary = await realpath(engine);
  const models = join(work, 'models');
  for (const folder of ['models', 'socket', 'home']) await mkdir(join(work, folder), { recursive: true, mode: 0o700 });
  const [bwrap, socat] = await Promise.all([findProgram('bwrap'), findProgram('socat')]);
  const begin = async (caged: boolean): Promise<ProvisioningEngine> => {
    const [child, address] =
      caged && bwrap !== null && socat !== null
        ? spawnCaged({ bwrap, socat }, binary, work)
        : await spawnOnPort(binary, work);
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    failed.catch(() => undefined);
    try {
      await Promise.race([waitUntilReady(child, address), failed]);
    } catch (thrown) {
      await stop(child);
      throw thrown;
    }
    return { models, send: (...given) => send(address, ...given), stop: () => stop(child) };
  };
  if (bwrap === null || socat === null) return begin(false);
  // Some systems have bubblewrap and refuse it namespaces.
  return begin(true).catch(() => begin(false));
}
