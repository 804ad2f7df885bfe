import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const hour = 3_600_000;

/** Removes what a killed run left behind; younger things may belong to a run that is still at work. */
export async function removeLeftovers(folder: string, name: RegExp, olderThan = hour): Promise<void> {
  for (const entry of (await readdir(folder).catch(() => [])).filter((each) => name.test(each))) {
    const path = join(folder, entry);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > olderThan) await rm(path, { recursive: true, force: true });
  }
}
