/**
 * The keeper: first process of the engine's cage. It offers the socket, checks that the engine's files are still those
 * that were hashed, starts the engine, and ends it with everything it started when told to or when its parent is gone
 * (standard input closes). Imports nothing but Node, so that it runs where nothing else is to be seen.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { openSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openBridge } from './bridge.ts';
import type { CheckedFile, Command, Orders, Report } from './orders.ts';

function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function isUnchanged(file: CheckedFile): boolean {
  const now = statSync(file.path, { bigint: true, throwIfNoEntry: false });
  if (now === undefined) return false;
  const same = String(now.ino) === file.ino && String(now.size) === file.size && String(now.dev) === file.dev;
  return same && String(now.mtimeNs) === file.mtimeNs && String(now.ctimeNs) === file.ctimeNs;
}

function startEngine(orders: Orders): ChildProcess {
  const { command, args, environment, directory, pinned } = orders.engine;
  return spawn(command, args, {
    env: environment,
    cwd: directory,
    // A group of its own: the engine and its runners end together.
    detached: true,
    windowsHide: true,
    // Its words go straight to the parent, which keeps and redacts them.
    stdio: ['ignore', 2, 2, ...(pinned === null ? [] : [openSync(pinned, 'r')])],
  });
}

/** Ends the engine and every runner it started, at once. */
function killTree(engine: ChildProcess): void {
  if (engine.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill.exe', ['/T', '/F', '/PID', String(engine.pid)], { windowsHide: true });
    return;
  }
  try {
    process.kill(-engine.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function watch(engine: ChildProcess): void {
  engine.on('error', (error: NodeJS.ErrnoException) => {
    report({ type: 'failed', reason: error.code ?? 'the engine could not be started' });
    process.exitCode = 1;
  });
  engine.on('exit', (code, signal) => {
    killTree(engine);
    report({ type: 'exited', code, signal });
    // Let the report out before leaving: exit() would cut a pipe short.
    process.stdout.write('', () => process.exit(0));
  });
  if (engine.pid !== undefined) report({ type: 'started', pid: engine.pid });
}

function run(orders: Orders): ChildProcess | null {
  const changed = orders.files.find((file) => !isUnchanged(file));
  if (changed !== undefined) {
    report({ type: 'changed', name: changed.path.split('/').at(-1) ?? '' });
    process.stdout.write('', () => process.exit(1));
    return null;
  }
  const engine = startEngine(orders);
  watch(engine);
  return engine;
}

function stop(engine: ChildProcess | null, grace: number): void {
  if (engine?.pid === undefined) process.exit(0);
  engine.kill('SIGTERM');
  setTimeout(() => {
    killTree(engine);
  }, grace).unref();
}

function obey(orders: Orders, lines: AsyncIterator<string>): Promise<void> {
  let engine: ChildProcess | null = null;
  const next = async (): Promise<void> => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) break;
      const command = JSON.parse(line.value) as Command;
      if (command.type === 'go') engine = run(orders);
      else stop(engine, orders.graceMilliseconds);
    }
    // The parent is gone, or wants everything gone.
    if (engine !== null) killTree(engine);
    process.exit(0);
  };
  return next();
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) process.exit(0);
  const orders = JSON.parse(first.value) as Orders;
  if (orders.bridge !== null) await openBridge(orders.bridge.socket, orders.bridge.port);
  report({ type: 'listening' });
  await obey(orders, lines);
}

main().catch((error: unknown) => {
  report({ type: 'failed', reason: error instanceof Error ? error.message : 'unknown' });
  process.stdout.write('', () => process.exit(1));
});
