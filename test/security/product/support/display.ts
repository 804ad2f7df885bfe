/** A display in memory, on a number that the server chose itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Display {
  /** Such as `:3`. */
  readonly name: string;
  end(): Promise<void>;
}

export async function openDisplay(): Promise<Display> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const [said] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
  return {
    name: `:${said.toString().trim()}`,
    end: async () => {
      server.kill();
      await ended;
    },
  };
}
