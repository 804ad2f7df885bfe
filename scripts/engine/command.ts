import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Report = (line: string) => void;

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Everything the command says is appended here, for whoever has to find out why. */
  readonly log: string;
  readonly onLine?: (line: string) => void;
}

/** A child of which we read what it says. */
type Child = ChildProcessByStdio<null, Readable, Readable>;

const windows = process.platform === 'win32';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the command and everything it started (a compiler under make under cmake) when set-up itself is told to end, so
 * that nothing goes on writing into the folder in which the next attempt works. Answers with the way to let go.
 */
function endTogether(start: () => Child): { child: Child; letGo: () => void } {
  let started: Child | null = null;
  const end = (): void => {
    if (started?.pid !== undefined) {
      if (windows) started.kill();
      else process.kill(-started.pid, 'SIGTERM');
    }
    process.exit(130);
  };
  for (const signal of signals) process.once(signal, end);
  started = start();
  const letGo = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  return { child: started, letGo };
}

/** Runs a command to its end. Rejects with its last lines, and with the code of a command that does not exist. */
export function runCommand(command: string, args: readonly string[], options: Options): Promise<string> {
  const log = createWriteStream(options.log, { flags: 'a', mode: 0o600 });
  log.write(`\n$ ${command} ${args.join(' ')}\n`);
  const { cwd, env = process.env } = options;
  const { child, letGo } = endTogether(() =>
    spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: !windows }),
  );
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      lines.push(line);
      options.onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      letGo();
      reject(error);
    });
    child.on('close', (code) => {
      letGo();
      log.end();
      if (code === 0) resolve(lines.join('\n'));
      else reject(new Error(lines.slice(-6).join('\n') || `${command} ended with code ${code ?? 'none'}`));
    });
  });
}

/** Whether a program can be run at all. */
export async function canRun(command: string, args: readonly string[], log: string): Promise<boolean> {
  return runCommand(command, args, { log }).then(
    () => true,
    () => false,
  );
}
