/** Processes as the system shows them, so that what a killed Cloister leaves behind is found. */
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface Seen {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since the boot: with the pid, tells a process from a later one of the same number. */
  readonly startedAt: string;
  readonly executable: string;
}

/** A process that has ended and waits for its parent counts as gone. */
export async function see(pid: number): Promise<Seen | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and parentheses, so count from the last one (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const executable = await readlink(`/proc/${pid}/exe`).catch(() => '');
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '', executable };
  } catch {
    return null;
  }
}

export async function seeAll(): Promise<Seen[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(see))).filter((seen) => seen !== null);
}

/** A process and everything below it, itself first. */
export async function treeOf(root: number): Promise<Seen[]> {
  const all = await seeAll();
  const below = (parent: number): Seen[] =>
    all.filter((each) => each.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/** Runners of the engine below a process, one a model. Those that only look at the hardware name no model. */
export async function modelsLoadedBelow(root: number): Promise<number> {
  const runners = (await treeOf(root)).filter(({ executable }) => executable.endsWith('/llama-server'));
  const told = await Promise.all(runners.map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return told.filter((words) => words.split('\0').includes('--model')).length;
}

/** Waits for so many models, or for the end of the command. */
export async function untilModelsAreLoaded(child: ChildProcess, count: number): Promise<void> {
  while (child.exitCode === null && child.pid !== undefined && (await modelsLoadedBelow(child.pid)) < count)
    await wait(50);
}

const isSame = (before: Seen, now: Seen): boolean => before.pid === now.pid && before.startedAt === now.startedAt;

/** Those that are still there, and whatever they have started since. */
export async function survivorsOf(processes: readonly Seen[]): Promise<Seen[]> {
  const all = await seeAll();
  const found = new Map<number, Seen>();
  const add = (seen: Seen): void => {
    if (found.has(seen.pid)) return;
    found.set(seen.pid, seen);
    all.filter(({ parent }) => parent === seen.pid).forEach(add);
  };
  all.filter((now) => processes.some((before) => isSame(before, now))).forEach(add);
  return [...found.values()];
}

async function links(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  return (await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')))).join('\n');
}

/** Those that stay tied to a folder. A backup, an indexer or another test may look into it and move on. */
export async function processesKeeping(folder: string, patience = 10_000): Promise<string[]> {
  const started = performance.now();
  let found = await processesWith(folder);
  while (found.length > 0 && performance.now() - started < patience) {
    await wait(200);
    found = await processesWith(folder);
  }
  return found.map(({ pid, executable, by }) => `${pid} ${executable} (${by.join()})`);
}

/**
 * What ties each process to a folder: its arguments, environment, working folder, open files, mapped files and mounts. A
 * caged engine has the folder's models mounted, even where everything else about it was cleared.
 */
async function processesWith(folder: string): Promise<(Seen & { readonly by: readonly string[] })[]> {
  const found = await Promise.all(
    (await seeAll())
      .filter(({ pid }) => pid !== process.pid)
      .map(async (seen) => {
        const at = `/proc/${seen.pid}`;
        const facts = {
          cmdline: readFile(`${at}/cmdline`, 'utf8'),
          environ: readFile(`${at}/environ`, 'utf8'),
          cwd: readlink(`${at}/cwd`),
          fd: links(`${at}/fd`),
          maps: readFile(`${at}/maps`, 'utf8'),
          mountinfo: readFile(`${at}/mountinfo`, 'utf8'),
        };
        const told = await Promise.all(
          Object.entries(facts).map(async ([name, text]) =>
            (await text.catch(() => '')).includes(folder) ? [name] : [],
          ),
        );
        return { ...seen, by: told.flat() };
      }),
  );
  return found.filter(({ by }) => by.length > 0);
}

/**
 * `kill -9`, with a list of everything that ran below at that very moment: it is stopped first, so that it starts nothing
 * between the look and the kill.
 */
export async function killWithList(pid: number): Promise<Seen[]> {
  process.kill(pid, 'SIGSTOP');
  const tree = await treeOf(pid);
  process.kill(pid, 'SIGKILL');
  return tree.slice(1);
}

export interface Aftermath {
  /** Milliseconds until the last of them was gone; null when some stayed. */
  readonly goneAfter: number | null;
  readonly left: readonly string[];
}

/** Waits for what ran below a killed process to end by itself. */
export async function aftermathOf(below: readonly Seen[], patience = 10_000): Promise<Aftermath> {
  const started = performance.now();
  let left = await survivorsOf(below);
  while (left.length > 0 && performance.now() - started < patience) {
    await wait(20);
    left = await survivorsOf([...below, ...left]);
  }
  return left.length === 0
    ? { goneAfter: performance.now() - started, left: [] }
    : { goneAfter: null, left: left.map(({ pid, executable }) => `${pid} ${executable}`) };
}
