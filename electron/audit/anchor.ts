import type { Keychain } from '../vault/types.ts';

/** Milliseconds that the keychain may be behind the log: one write a second, however many requests. */
export const anchorDelay = 1_000;
/** Milliseconds until a failed write is tried again. */
const retryDelay = 10_000;

/**
 * Keeps the last checkpoint outside the profile's files. It is told a checkpoint only once that is durable in the log, so
 * it may be behind the log and is never ahead of it, whenever the process dies.
 */
export interface Anchor {
  read(): Promise<string | null>;
  /** Soon; the newest one wins. */
  keep(note: string): void;
  /** Now, and told when it fails. */
  keepNow(note: string): Promise<void>;
  /** What still waits, now. A failure is reported, not thrown. */
  close(): Promise<void>;
}

export interface AnchorOptions {
  readonly keychain: Pick<Keychain, 'get' | 'set'>;
  readonly account: string;
  readonly warn: (problem: string, cause: unknown) => void;
}

export function createAnchor({ keychain, account, warn }: AnchorOptions): Anchor {
  let waiting: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const schedule = (delay: number): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void write();
    }, delay).unref();
  };
  /** One write at a time, so that an older checkpoint never lands on a newer one. */
  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      const note = waiting;
      if (note === null) return;
      waiting = null;
      try {
        await keychain.set(account, note);
      } catch (thrown) {
        waiting ??= note;
        warn('The keychain did not take the record’s checkpoint. It is tried again with the next entries.', thrown);
        schedule(retryDelay);
      }
    });
    return writing;
  };

  return {
    read: () => keychain.get(account),
    keep(note) {
      waiting = note;
      schedule(anchorDelay);
    },
    async keepNow(note) {
      await writing;
      waiting = null;
      await keychain.set(account, note);
    },
    async close() {
      stopTimer();
      await write();
      stopTimer();
    },
  };
}
