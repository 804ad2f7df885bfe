import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from './command.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function holderOf(file: string): Promise<number | null> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : null;
}

/** One at a time: a second set-up waits for the first instead of building in the same folder. */
export async function inTurn<Value>(file: string, report: Report, work: () => Promise<Value>): Promise<Value> {
  for (let waits = 0; ; waits++) {
    const handle = await open(file, 'wx', 0o600).catch(() => null);
    if (handle !== null) {
      try {
        await handle.writeFile(String(process.pid));
        return await work();
      } finally {
        await handle.close();
        await rm(file, { force: true });
      }
    }
    // A file just made may not hold its number yet; one that stays without a living holder is left over.
    if ((await holderOf(file)) === null && waits > 0) await rm(file, { force: true });
    else if (waits === 1) report('Another set-up is obtaining the engine; waiting for it…');
    await sleep(500);
  }
}
