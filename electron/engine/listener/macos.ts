import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Process ids out of `lsof -F p`: one `p<pid>` line a process, then `f…` lines of its files. */
export function listenersInLsof(output: string): number[] {
  return output
    .split('\n')
    .filter((line) => /^p\d+$/.test(line))
    .map((line) => Number(line.slice(1)));
}

export async function ownsPortOnMacos(pid: number, port: number): Promise<boolean> {
  const options = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-F', 'p'];
  const { stdout } = await execute('/usr/sbin/lsof', options, { timeout: 5_000 }).catch(() => ({ stdout: '' }));
  const owners = listenersInLsof(stdout);
  return owners.length > 0 && owners.every((owner) => owner === pid);
}
