import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { here } from './paths.ts';

export interface Driven {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly stderr: () => string;
  /** Resolves when so many lines came. Rejects when the process ends before. */
  said(count: number): Promise<string[]>;
  /** How it ended: an exit code or a signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Runs the driver in a process of its own, if wished behind another program (`bwrap …`, `dbus-run-session -- …`). */
export function drive(
  argv: readonly string[],
  options: { before?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Driven {
  const command = [...(options.before ?? []), process.execPath, here('driver.ts'), ...argv];
  const child = spawn(command[0]!, command.slice(1), {
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  const news = new EventTarget();
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const reading = createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    news.dispatchEvent(new Event('line'));
  });
  const over = once(reading, 'close');
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  return {
    child,
    lines,
    ended,
    stderr: () => stderr,
    said: async (count) => {
      while (lines.length < count) {
        await Promise.race([
          once(news, 'line'),
          over.then(
            () =>
              new Promise((_, reject) =>
                setTimeout(() => lines.length < count && reject(new Error(`ended early: ${stderr}`)), 50),
              ),
          ),
        ]);
      }
      return lines;
    },
  };
}
