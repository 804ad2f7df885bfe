import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { difference, readCounters, type Counters } from './counters.ts';
import { environmentFor, keptPaths, namespaceArguments, resolverFile, resolverText } from './namespace.ts';
import { endEverythingIn, watchInnerNamespaces, type InnerNamespace } from './processes.ts';

export interface Job {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CountedRun {
  /** Null: no namespace could be had, and nothing ran. */
  readonly counted: Counters | null;
  /** 124: it was not done in time. */
  readonly status: number | null;
  /** The last lines it wrote to stderr. */
  readonly said: string;
  readonly inner: readonly InnerNamespace[];
}

const resolverDescriptor = 4;
const longestSaid = 2_000;

/**
 * Runs inside the namespace, as its first process: figures, job, figures. Descriptor 3 leads to the counting process alone
 * and is closed for the job, so the job cannot write figures of its own.
 */
const script = `
figures() {
  for file in dev snmp snmp6; do echo "$1 $file"; cat "/proc/self/net/$file" 2>/dev/null; done >&3
}
echo "namespace $(readlink /proc/self/ns/net)" >&3
figures before
timeout -k 5 "$@" 3>&- 4>&-
status=$?
figures after
echo "status $status" >&3
`;

interface Notes {
  /** Null: it never came to an end, or its figures cannot be read. */
  readonly counted: Counters | null;
  readonly status: number | null;
}

const namespaceIn = (text: string): string | null => /^namespace (net:\[\d+\])$/m.exec(text)?.[1] ?? null;

/** Splits what descriptor 3 said at its headings. */
export function readNotes(text: string): Notes {
  const part = (when: string, file: string): string => {
    const start = text.indexOf(`${when} ${file}\n`);
    if (start < 0) return '';
    const rest = text.slice(start + when.length + file.length + 2);
    return rest.slice(0, /^(?:before|after|status) /m.exec(rest)?.index);
  };
  const at = (when: string): Counters | null =>
    readCounters({ dev: part(when, 'dev'), snmp: part(when, 'snmp'), snmp6: part(when, 'snmp6') });
  const status = /^status (\d+)$/m.exec(text)?.[1];
  const [before, after] = [at('before'), at('after')];
  const counted = status === undefined || before === null || after === null ? null : difference(before, after);
  return { counted, status: status === undefined ? null : Number(status) };
}

function start(bubblewrap: string, job: Job): ChildProcess {
  const resolver = resolverFile();
  const { HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME, XDG_DATA_HOME } = job.env;
  const walls = {
    resolver,
    resolverDescriptor,
    directory: job.cwd,
    kept: keptPaths([job.command, ...job.args, job.cwd, HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME, XDG_DATA_HOME]),
  };
  const command = ['/bin/sh', '-c', script, 'sh', String(job.seconds), job.command, ...job.args];
  const child = spawn(bubblewrap, [...namespaceArguments(walls), '--', ...command], {
    env: environmentFor(job.env),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const input = child.stdio[resolverDescriptor] as Writable;
  // It may end before it read this; its end is told by its status.
  input.on('error', () => undefined);
  input.end(resolverText);
  return child;
}

function collect(stream: Readable, keep: (text: string) => string): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text = keep(text + chunk)));
  return () => text;
}

/** Runs a job in a network namespace of its own and counts. Whatever it leaves behind is ended with it. */
export async function runCounted(bubblewrap: string, job: Job): Promise<CountedRun> {
  job.signal?.throwIfAborted();
  const child = start(bubblewrap, job);
  const notes = collect(child.stdio[3] as Readable, (text) => text);
  const said = collect(child.stderr as Readable, (text) => text.slice(-longestSaid));
  const watch = watchInnerNamespaces(child.pid, () => namespaceIn(notes()));
  const stop = (): void => void child.kill('SIGKILL');
  job.signal?.addEventListener('abort', stop, { once: true });
  const closed = once(child, 'close');
  // A start that fails is thrown by the wait for the exit.
  closed.catch(() => undefined);
  try {
    await once(child, 'exit');
  } finally {
    job.signal?.removeEventListener('abort', stop);
    watch.stop();
    const namespace = namespaceIn(notes());
    if (namespace !== null && namespace !== readlinkSync('/proc/self/ns/net')) await endEverythingIn(namespace);
  }
  // What was left behind held the pipes open.
  await closed;
  job.signal?.throwIfAborted();
  return { ...readNotes(notes()), said: said().trim(), inner: watch.seen() };
}
