import { startChild, type ParserChild } from './child.ts';
import { refused } from './reasons.ts';

export interface Processes {
  /** One that has read nothing yet. Throws `cancelled` after `dispose`. */
  take(): Promise<ParserChild>;
  /** Starts one in advance: the next file will find a process that has already loaded its code. */
  prepare(): void;
  end(child: ParserChild): void;
  /** Ends the one that waits for a first file. */
  readonly rest: () => void;
  readonly isDisposed: () => boolean;
  /** Ends all, also those that read. */
  dispose(): void;
}

interface ProcessesOptions {
  readonly start: () => Promise<Parameters<typeof startChild>>;
  /** Milliseconds that an unused process is kept ready. */
  readonly keepReady: number;
}

/** All processes of one parser: those lent out, and one that waits for a first file. */
export function createProcesses({ start, keepReady }: ProcessesOptions): Processes {
  const lent = new Set<ParserChild>();
  let ready: ParserChild | null = null;
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;

  const rest = (): void => {
    clearTimeout(timer);
    ready?.kill();
    ready = null;
  };

  const prepareNext = async (): Promise<void> => {
    if (ready?.alive() === true) return;
    const command = await start();
    if (disposed) return;
    rest();
    ready = startChild(...command);
    timer = setTimeout(rest, keepReady);
    timer.unref();
  };

  const takeReady = (): ParserChild | null => {
    const child = ready;
    ready = null;
    return child?.alive() === true ? child : null;
  };

  return {
    take: async () => {
      const child = takeReady() ?? startChild(...(await start()));
      // Given up while it was starting: nobody has killed this one yet.
      if (disposed) {
        child.kill();
        throw refused('cancelled');
      }
      lent.add(child);
      return child;
    },
    prepare: () => void prepareNext().catch(() => undefined),
    end: (child) => {
      child.kill();
      lent.delete(child);
    },
    rest,
    isDisposed: () => disposed,
    dispose: () => {
      disposed = true;
      rest();
      for (const child of lent) child.kill();
    },
  };
}
