import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { HelperAnswer, HelperRequest } from './protocol.ts';

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;
export type KeychainRequest = Unnumbered<HelperRequest>;

interface Waiting {
  readonly resolve: (value: string | null) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface Running {
  readonly child: Child;
  readonly waiting: Map<number, Waiting>;
}

/** What the keychain libraries of the three systems need to find the session; nothing else of ours is handed on. */
const passedOn = [
  'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_CURRENT_DESKTOP', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'LANG', 'HOME', 'USER', 'LOGNAME', 'PATH',
  'SystemRoot', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'TEMP',
]; // prettier-ignore

/** Milliseconds without a request after which the helper ends; it starts again in about 50 ms. */
const idleLimit = 30_000;

function environment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of passedOn) if (process.env[name] !== undefined) kept[name] = process.env[name];
  if ('electron' in process.versions) kept['ELECTRON_RUN_AS_NODE'] = '1';
  return kept;
}

/** Beside this module: as source, or as its own entry of the build. */
export function helperPath(): string {
  const source = fileURLToPath(new URL('./helper.ts', import.meta.url));
  return existsSync(source) ? source : fileURLToPath(new URL('./keychain-helper.js', import.meta.url));
}

function start(node: string, path: string): Running {
  // libsecret and GLib write warnings to stderr; what they mean comes back as an answer.
  const child = spawn(node, [path], { env: environment(), stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  const waiting = new Map<number, Waiting>();
  const failAll = (message: string): void => {
    for (const each of waiting.values()) {
      clearTimeout(each.timer);
      each.reject(new Error(message));
    }
    waiting.clear();
  };
  createInterface({ input: child.stdout }).on('line', (line) => settle(waiting, JSON.parse(line) as HelperAnswer));
  child.on('error', (error) => failAll(error.message));
  child.on('exit', () => failAll('the keychain helper ended'));
  child.stdin.on('error', () => failAll('the keychain helper ended'));
  letGo(child);
  return { child, waiting };
}

/** A helper at rest keeps nobody from exiting; while a request waits, its timer does. */
function letGo(child: Child): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
}

function settle(waiting: Map<number, Waiting>, answer: HelperAnswer): void {
  const each = waiting.get(answer.id);
  if (each === undefined) return;
  waiting.delete(answer.id);
  clearTimeout(each.timer);
  if (answer.ok) each.resolve(answer.value);
  else each.reject(new Error(answer.message));
}

export class KeychainTimeout extends Error {}

/** Sends requests to a helper that is started when needed and killed when it does not answer in time. */
export function createHelperProcess(options: {
  readonly node: string;
  readonly path: string;
}): (request: KeychainRequest, limit: number) => Promise<string | null> {
  let running: Running | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last = 0;

  const stop = (): void => {
    running?.child.kill('SIGKILL');
    running = null;
  };
  const current = (): Running => {
    if (running === null || running.child.exitCode !== null || running.child.signalCode !== null)
      running = start(options.node, options.path);
    clearTimeout(idle);
    idle = setTimeout(stop, idleLimit).unref();
    return running;
  };

  return (request, limit) =>
    new Promise((resolve, reject) => {
      const { child, waiting } = current();
      const id = ++last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new KeychainTimeout());
        // Requests behind a hung one are hung too: they fail with it, and the next starts afresh.
        stop();
      }, limit);
      waiting.set(id, { resolve, reject, timer });
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
}
