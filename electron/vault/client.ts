import { Worker } from 'node:worker_threads';
import { CloisterError } from '../../shared/errors.ts';
import type {
  CheckResult,
  OpenRequest,
  SchemaVersions,
  WorkerError,
  WorkerReply,
  WorkerRequest,
} from './worker/protocol.ts';
import type { CallLog } from './call-log.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'seq'> : never;

interface Waiting {
  readonly name: string | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** The main process's side of one database worker, from its opening to its end. */
export interface DatabaseProcess {
  open(request: OpenRequest): Promise<SchemaVersions>;
  call(name: string, input: unknown): Promise<unknown>;
  check(): Promise<CheckResult>;
  /** Waits for the calls before it, writes the WAL back, ends the worker. */
  close(): Promise<void>;
  /** Ends the worker at once; what was committed is kept by the WAL. */
  end(): Promise<void>;
}

export interface DatabaseProcessOptions {
  readonly workerPath: string | URL;
  readonly log: CallLog;
  /** The worker ended by itself. Its calls have been rejected already. */
  readonly onDeath: () => void;
}

/** Milliseconds a worker that closed its databases may take to end. */
const endsWithin = 2_000;

const stopped = (cause?: unknown): CloisterError =>
  new CloisterError(
    'internal',
    'The database stopped unexpectedly. Unlock Cloister again; nothing that was saved is lost.',
    { cause },
  );

/** As thrown in the worker: its code, its sentence, and where, told in the stack of the cause. */
function revive({ code, message, detail, frames }: WorkerError): CloisterError {
  const cause = new Error('in the database worker');
  cause.stack = `Error: in the database worker\n${frames ?? ''}`;
  return new CloisterError(code, message, { cause, ...(detail === undefined ? {} : { detail }) });
}

export function startDatabaseProcess({ workerPath, log, onDeath }: DatabaseProcessOptions): DatabaseProcess {
  const worker = new Worker(workerPath, { name: 'database', env: {}, argv: [], execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let over = false;

  const ended = (cause?: unknown): void => {
    if (over) return;
    over = true;
    for (const each of waiting.values()) each.reject(stopped(cause));
    waiting.clear();
    onDeath();
  };
  worker.on('message', (reply: WorkerReply) => {
    const each = waiting.get(reply.seq);
    waiting.delete(reply.seq);
    if (each === undefined) return;
    if (each.name !== null) log.note(each.name, reply.ms);
    if (reply.ok) each.resolve(reply.value);
    else each.reject(revive(reply.error));
  });
  worker.on('error', ended);
  worker.on('messageerror', ended);
  worker.on('exit', () => ended());

  const ask = (
    request: Unnumbered<WorkerRequest>,
    name: string | null,
    transfer: ArrayBuffer[] = [],
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (over) throw stopped();
      const seq = ++last;
      worker.postMessage({ seq, ...request }, transfer);
      waiting.set(seq, { name, resolve, reject });
    });
  /** A worker that closed its databases ends by itself: tearing a thread down under a native addon has crashed the process. */
  const exited = (): Promise<boolean> =>
    new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), endsWithin);
      worker.once('exit', () => {
        clearTimeout(late);
        resolve(true);
      });
    });
  const end = async (closed = false): Promise<void> => {
    over = true;
    if (!closed || !(await exited())) await worker.terminate();
    for (const each of waiting.values())
      each.reject(new CloisterError('locked', 'Cloister was locked meanwhile. Unlock it and try again.'));
    waiting.clear();
  };

  return {
    open: (input) => ask({ do: 'open', input }, null, Object.values(input.keys).map((key) => key.buffer as ArrayBuffer)) as Promise<SchemaVersions>, // prettier-ignore
    call: (name, input) => ask({ do: 'call', name, input }, name),
    check: () => ask({ do: 'check' }, null) as Promise<CheckResult>,
    close: async () => {
      let closed = false;
      try {
        await ask({ do: 'close' }, null);
        closed = true;
      } finally {
        await end(closed);
      }
    },
    end: () => end(),
  };
}
