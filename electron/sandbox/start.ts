import { spawn, type ChildProcess } from 'node:child_process';
import type { Command, EndReason } from './types.ts';

export interface SandboxedProcess {
  /** What it writes to its error stream may hold what it read: nobody reads it. */
  readonly child: ChildProcess;
  /** Null while it runs. */
  readonly ended: () => EndReason | null;
  /** Calls back once, at once when it has ended already. */
  readonly whenEnded: (listener: (reason: EndReason) => void) => void;
  readonly kill: () => void;
}

/** 137: killed by the kernel for processor time (or by us, which is told apart earlier); 134: V8 gave up for want of memory. */
function reasonOfExit(code: number | null, signal: NodeJS.Signals | null): EndReason {
  if (code === 137 || signal === 'SIGKILL' || code === 152 || signal === 'SIGXCPU') return 'too_slow';
  if (code === 134 || signal === 'SIGABRT' || code === 133 || signal === 'SIGTRAP') return 'out_of_memory';
  return 'crashed';
}

/**
 * Bubblewrap killed while it clones leaves its inner process waiting for it for ever. A young process is therefore let end
 * by itself, at the end of its input, and killed only when it is old enough to be set up. Milliseconds.
 */
const settled = 3_000;

export function startSandboxed(command: Command, environment: Readonly<Record<string, string>>): SandboxedProcess {
  const child = spawn(command.file, command.args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
    cwd: '/',
    windowsHide: true,
  });
  let ended: EndReason | null = null;
  let listener: (reason: EndReason) => void = () => undefined;
  const end = (reason: EndReason): void => {
    ended ??= reason;
    listener(ended);
  };
  child.on('error', () => end('no_sandbox'));
  child.on('close', (code, signal) => end(reasonOfExit(code, signal)));
  // A process that dies while it is fed breaks the pipe; its exit tells why.
  child.stdin.on('error', () => undefined);
  const startedAt = performance.now();
  return {
    child,
    ended: () => ended,
    whenEnded(given) {
      listener = given;
      if (ended !== null) given(ended);
    },
    kill() {
      child.stdin.destroy();
      const age = performance.now() - startedAt;
      if (age >= settled) return void child.kill('SIGKILL');
      const later = setTimeout(() => child.kill('SIGKILL'), settled - age);
      child.once('exit', () => clearTimeout(later));
      // What is being ended must not keep us: the end of its input and of its parent end it too.
      later.unref();
      child.unref();
      child.stdout.destroy();
    },
  };
}
