import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hardware } from '../../../shared/contract/types.ts';

type Holder = NonNullable<Hardware['memory']['holders']>[number];

const shown = 3;
/** Less frees nothing worth naming. Bytes. */
const worthNaming = 256 * 1024 * 1024;

/** `Name:	firefox` and `RssAnon:	  812345 kB` of `/proc/<pid>/status`; kernel threads have no such memory. */
export function parseStatus(status: string): Holder | null {
  const name = /^Name:\s+(.+)$/m
    .exec(status)?.[1]
    ?.replace(/[^\w.+-]/g, '')
    .slice(0, 40);
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  return name === undefined || name === '' || kibibytes === undefined
    ? null
    : { name, bytes: Number(kibibytes) * 1024 };
}

/** Programs with their processes' memory together, largest first; our own engine and window are ours to free. */
export function largestOf(processes: readonly Holder[]): Holder[] {
  const sums = new Map<string, number>();
  for (const { name, bytes } of processes) sums.set(name, (sums.get(name) ?? 0) + bytes);
  return [...sums]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ name, bytes }) => bytes >= worthNaming && !/^(?:cloister|ollama|llama-server)/i.test(name))
    .sort((left, right) => right.bytes - left.bytes)
    .slice(0, shown);
}

/** Who holds this computer's memory, by name; none where the system does not list it in `/proc`. */
export async function readHolders(root = '/proc'): Promise<Holder[]> {
  const pids = (await readdir(root).catch(() => [])).filter(
    (name) => /^\d+$/.test(name) && name !== String(process.pid),
  );
  const read = (pid: string): Promise<Holder | null> =>
    readFile(join(root, pid, 'status'), 'utf8').then(parseStatus, () => null);
  return largestOf((await Promise.all(pids.map(read))).filter((holder) => holder !== null));
}
