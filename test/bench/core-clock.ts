import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. What a process uses after the last look before its end is lost: at most this. */
const pause = 5;
/** `USER_HZ`: in what /proc counts, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** A process that has ended meanwhile has nothing to tell. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function secondsOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name may hold anything; what follows its last bracket are fields 3 and on.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / ticksPerSecond;
}

const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)]);

const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Counts the processor time of this process and of all that it starts until `stop`, in seconds. Linux only. */
export function createCoreClock(): { stop(): number } {
  const seen = new Map<number, number>();
  const look = (): void =>
    below(process.pid).forEach((pid) => seen.set(pid, Math.max(seen.get(pid) ?? 0, secondsOf(pid))));
  look();
  const before = new Map(seen);
  const own = ownSeconds();
  const timer = setInterval(look, pause);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      const others = [...seen].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
      return others + ownSeconds() - own;
    },
  };
}
