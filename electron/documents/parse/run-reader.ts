import type { Outcome, ParserChild, ParserRequest } from './child.ts';
import { limits } from './limits.ts';
import type { Processes } from './processes.ts';
import { isSpent } from './spent.ts';

export interface RunReader {
  readonly read: (request: ParserRequest) => Promise<Outcome>;
  /** Ends what waits; what still reads ends after its file. */
  readonly close: () => void;
}

/** A process between two files of its run. */
interface Waiting {
  readonly child: ParserChild;
  readonly files: number;
  readonly all: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Reads the files of one run. A process that has read one without anything odd is asked for the next; another run never
 * sees it. What fails in a process that has read before is read once more in a fresh one: no file fails because of
 * another.
 */
export function createRunReader(processes: Processes): RunReader {
  const waiting: Waiting[] = [];
  let closed = false;

  const keep = (child: ParserChild, files: number, all: number): void => {
    const timer = setTimeout(() => end(kept), limits.shared.idleMilliseconds);
    timer.unref();
    const kept: Waiting = { child, files, all, timer };
    waiting.push(kept);
  };

  const end = (kept: Waiting): void => {
    clearTimeout(kept.timer);
    if (waiting.includes(kept)) waiting.splice(waiting.indexOf(kept), 1);
    processes.end(kept.child);
  };

  /** The one that waited for the shortest time; the others may end. */
  const takeWaiting = (): Waiting | null => {
    for (let kept = waiting.pop(); kept !== undefined; kept = waiting.pop()) {
      clearTimeout(kept.timer);
      if (kept.child.alive()) return kept;
      processes.end(kept.child);
    }
    return null;
  };

  const readIn = async (
    { child, files, all }: Pick<Waiting, 'child' | 'files' | 'all'>,
    request: ParserRequest,
  ): Promise<Outcome> => {
    const started = performance.now();
    const outcome = await child.parse(request);
    const last = performance.now() - started;
    const work = { files: files + 1, last, all: all + last };
    if (closed || isSpent(outcome, work)) processes.end(child);
    else keep(child, work.files, work.all);
    // A fresh one is needed soon: this one is nearly worn, or files of this run wear them out.
    if (!closed && (work.files >= limits.shared.files - 4 || !child.alive())) processes.prepare();
    return outcome;
  };

  return {
    read: async (request) => {
      const used = takeWaiting();
      const outcome = used === null ? null : await readIn(used, request);
      const isOver = outcome?.ok === true || request.signal?.aborted === true || processes.isDisposed();
      if (outcome !== null && isOver) return outcome;
      return readIn({ child: await processes.take(), files: 0, all: 0 }, request);
    },
    close: () => {
      closed = true;
      for (const kept of [...waiting]) end(kept);
    },
  };
}
