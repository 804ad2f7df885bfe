import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Command, Orders, Report } from '../keeper/orders.ts';

/** The parent's end of the keeper: orders down, reports up, the engine's own words on the side. */
export interface KeeperProcess {
  /** Process id of the keeper (or of bubblewrap around it). */
  readonly pid: number;
  /** Resolves with the first report of a kind; rejects when the keeper ends before. */
  expect<Kind extends Report['type']>(kind: Kind): Promise<Extract<Report, { type: Kind }>>;
  send(command: Command): void;
  /** Why it ended, in words. Resolves once, when nothing of it is left. */
  readonly ended: Promise<string>;
  /** Ends everything at once. */
  kill(): void;
}

/** A child whose three standard streams are pipes. */
type Piped = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable };

export const isPiped = (child: ChildProcess): child is Piped =>
  child.stdin !== null && child.stdout !== null && child.stderr !== null;

function sayWhy(last: Report | undefined, code: number | null, signal: string | null): string {
  if (last?.type === 'exited') {
    return last.signal === null
      ? `the engine ended with code ${last.code ?? 0}`
      : `the engine was ended by ${last.signal}`;
  }
  if (last?.type === 'changed') return `${last.name} changed between check and start`;
  if (last?.type === 'failed') return `the engine could not be started (${last.reason})`;
  return signal === null ? `the cage ended with code ${code ?? 0}` : `the cage was ended by ${signal}`;
}

export function attachKeeper(child: Piped, orders: Orders, onLine: (line: string) => void): KeeperProcess {
  const reports: Report[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const check of waiting) check();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    reports.push(JSON.parse(line) as Report);
    wake();
  });
  createInterface({ input: child.stderr }).on('line', onLine);
  // A pipe to a process that just died; `ended` tells.
  child.stdin.on('error', () => undefined);
  let over: string | null = null;
  const ended = Promise.race([once(child, 'close'), once(child, 'error')]).then(
    ([code, signal]: (number | string | null)[]) => {
      over = sayWhy(reports.at(-1), code as number | null, signal as string | null);
      wake();
      return over;
    },
    () => {
      over = 'the cage could not be started';
      wake();
      return over;
    },
  );
  child.stdin.write(`${JSON.stringify(orders)}\n`);
  return {
    pid: child.pid ?? 0,
    ended,
    send: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    kill: () => {
      child.stdin.destroy();
      child.kill('SIGKILL');
    },
    expect: (kind) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = reports.find((report) => report.type === kind);
          if (found === undefined && over === null) return;
          waiting.delete(check);
          if (found === undefined) reject(new Error(over ?? ''));
          else resolve(found as Extract<Report, { type: typeof kind }>);
        };
        waiting.add(check);
        check();
      }),
  };
}
