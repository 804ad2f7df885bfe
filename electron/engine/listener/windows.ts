import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Process ids that listen on a port, out of `netstat -ano -p TCP`. The word for LISTENING is translated on localised
 * systems; a listener is known by its foreign address, `0.0.0.0:0` or `[::]:0`.
 */
export function listenersInNetstat(output: string, port: number): number[] {
  return output
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([protocol, local, foreign]) => protocol === 'TCP' && foreign?.endsWith(':0') && local?.endsWith(`:${port}`),
    )
    .map((fields) => Number(fields.at(-1)));
}

export async function ownsPortOnWindows(pid: number, port: number): Promise<boolean> {
  const netstat = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'netstat.exe');
  const { stdout } = await execute(netstat, ['-ano', '-p', 'TCP'], { timeout: 10_000, windowsHide: true });
  const owners = listenersInNetstat(stdout, port);
  return owners.length > 0 && owners.every((owner) => owner === pid);
}
