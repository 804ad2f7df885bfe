import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readCounters, type Counters } from './counters.ts';

/** A network namespace that the job made for a part of itself: the engine's cage, the parser's sandbox. */
export interface InnerNamespace {
  readonly namespace: string;
  /** As last seen while it lived. */
  readonly counted: Counters;
}

/** Milliseconds between two looks at the job's own namespaces. */
const lookEvery = 250;

const tryTo = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    // The process ended between two looks, or is another user's.
    return null;
  }
};

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const namespaceOf = (pid: number): string | null => tryTo(() => readlinkSync(`/proc/${pid}/ns/net`));

/** proc_pid_stat(5): the parent is the second field after the name, which may itself hold parentheses. */
const parentOf = (pid: number): number | null =>
  tryTo(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  });

function descendsFrom(pid: number, ancestor: number): boolean {
  let at: number | null = pid;
  while (at !== null && at > 1 && at !== ancestor) at = parentOf(at);
  return at === ancestor;
}

function countersOf(pid: number): Counters | null {
  const file = (name: string): string => readFileSync(`/proc/${pid}/net/${name}`, 'utf8');
  return tryTo(() => readCounters({ dev: file('dev'), snmp: file('snmp'), snmp6: tryTo(() => file('snmp6')) ?? '' }));
}

/** Looks again and again which namespaces the job's processes live in, and what was counted there. */
export function watchInnerNamespaces(
  ancestor: number | undefined,
  own: () => string | null,
): { stop(): void; seen(): readonly InnerNamespace[] } {
  const seen = new Map<string, Counters>();
  const host = tryTo(() => readlinkSync('/proc/self/ns/net'));
  const look = (): void => {
    const job = own();
    if (ancestor === undefined || job === null) return;
    for (const pid of processes()) {
      const namespace = namespaceOf(pid);
      if (namespace === null || namespace === host || namespace === job || !descendsFrom(pid, ancestor)) continue;
      const counted = countersOf(pid);
      // Read again, since the number may belong to another process by now.
      if (counted !== null && namespaceOf(pid) === namespace) seen.set(namespace, counted);
    }
  };
  const timer = setInterval(look, lookEvery);
  return {
    stop: () => clearInterval(timer),
    seen: () => [...seen].map(([namespace, counted]) => ({ namespace, counted })),
  };
}

/** Ends what the job left running in its namespace. Nothing else can be in it: it was made for this job. */
export async function endEverythingIn(namespace: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const left = processes().filter((pid) => namespaceOf(pid) === namespace);
    if (left.length === 0) return;
    for (const pid of left) tryTo(() => process.kill(pid, 'SIGKILL'));
    await wait(50);
  }
}
