import type { ServerResponse } from 'node:http';
import { CloisterError } from '../../shared/errors.ts';

/** Names of fields, in ASCII, for a header. */
export const leftOutHeader = (names: readonly string[]): Record<string, string> =>
  names.length === 0 ? {} : { 'X-Cloister-Left-Out': names.map((name) => encodeURIComponent(name)).join(', ') };

/** An answer that is written as fast as its reader takes it: no more than one piece waits in memory. */
export interface Writer {
  readonly hasBegun: boolean;
  /** The head goes out with the first piece. Throws `cancelled` when the reader is gone or takes nothing for too long. */
  write(piece: string): Promise<void>;
  end(piece?: string): void;
}

export function createWriter(
  response: ServerResponse,
  head: { status: number; headers: Readonly<Record<string, string>> },
  patience: number,
): Writer {
  let hasBegun = false;
  const begin = (): void => {
    if (!hasBegun) response.writeHead(head.status, head.headers);
    hasBegun = true;
  };
  return {
    get hasBegun() {
      return hasBegun;
    },
    async write(piece) {
      begin();
      if (response.write(piece)) return;
      await drained(response, patience);
    },
    end(piece) {
      begin();
      response.end(piece);
    },
  };
}

function drained(response: ServerResponse, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => settle(() => reject(new CloisterError('cancelled', 'The reader is gone.')));
    const go = (): void => settle(resolve);
    const timer = setTimeout(() => {
      response.destroy();
      gone();
    }, patience);
    const settle = (next: () => void): void => {
      clearTimeout(timer);
      response.off('drain', go);
      response.off('close', gone);
      next();
    };
    response.once('drain', go);
    response.once('close', gone);
    if (response.destroyed) gone();
  });
}
