import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * For the loopback fallback on Linux: which processes are ours, so that what a crash left behind can be ended at the
 * next start. Inside a namespace the kernel does that.
 */
const schema = z.strictObject({
  boot: z.string(),
  /** The engine leads a process group of this number. */
  group: z.number().int().min(2),
  /** Of the group's leader, in clock ticks since the boot. */
  startedAt: z.number().int(),
  executables: z.array(z.string()),
});

/** Which engine of which profile. */
export interface Instance {
  readonly profile: string;
  /** The name of one that runs beside the usual engine. */
  readonly instance?: string | undefined;
}

export type ProcessRecord = z.infer<typeof schema>;

export interface SeenProcess {
  readonly pid: number;
  readonly group: number;
  readonly startedAt: number;
  readonly executable: string;
}

/** One file an instance: the usual engine's, and that of one beside it. */
const fileOf = ({ profile, instance = 'engine' }: Instance): string => join(profile, `${instance}-process.json`);

/** `/proc/<pid>/stat`: the name may hold spaces and parentheses, so count from the last one (proc_pid_stat(5)). */
export function parseStat(stat: string): { group: number; startedAt: number } | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [group, startedAt] = [Number(fields[2]), Number(fields[19])];
  return Number.isInteger(group) && Number.isInteger(startedAt) ? { group, startedAt } : null;
}

async function seeProcess(pid: number): Promise<SeenProcess | null> {
  try {
    const parsed = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
    const executable = await readlink(`/proc/${pid}/exe`);
    return parsed === null ? null : { pid, ...parsed, executable };
  } catch {
    return null;
  }
}

async function seeAll(): Promise<SeenProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(seeProcess))).filter((seen) => seen !== null);
}

const bootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/**
 * Those of the seen processes that are provably left from the recorded engine: same boot, in its group, running one of
 * its files, started no earlier; and nobody else leads a group of that number by now.
 */
export function leftovers(record: ProcessRecord, boot: string, seen: readonly SeenProcess[]): number[] {
  if (record.boot !== boot) return [];
  const leader = seen.find((process) => process.pid === record.group);
  if (leader !== undefined && leader.startedAt !== record.startedAt) return [];
  return seen
    .filter((process) => process.group === record.group && process.startedAt >= record.startedAt)
    .filter((process) => record.executables.includes(process.executable.replace(/ \(deleted\)$/, '')))
    .map((process) => process.pid);
}

/** Notes a running engine. `pid` leads its group. */
export async function recordProcess(instance: Instance, pid: number, executables: readonly string[]): Promise<void> {
  const seen = await seeProcess(pid);
  if (seen === null) return;
  const record: ProcessRecord = {
    boot: await bootId(),
    group: pid,
    startedAt: seen.startedAt,
    executables: [...executables],
  };
  await writeFile(fileOf(instance), JSON.stringify(record), { mode: 0o600 });
}

async function readRecord(file: string): Promise<ProcessRecord | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // None, or cut short by the same crash: then nothing can be proven, and nothing is ended.
    return null;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Ends what an earlier run left behind. Answers with the number of processes ended. */
export async function sweepLeftovers(instance: Instance): Promise<number> {
  const file = fileOf(instance);
  const record = await readRecord(file);
  const pids = record === null ? [] : leftovers(record, await bootId(), await seeAll());
  pids.forEach(end);
  await rm(file, { force: true });
  return pids.length;
}
