/** Sends a stranger to a running Cloister: another process of the same user, or of another. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, lstat, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asNobody, nodeForAll } from '../../../fixtures/other-user.ts';
import { treeOf, type Seen } from './processes.ts';
import type { Errand, Findings } from './stranger.ts';

const execute = promisify(execFile);

/** Why no other user can be had here, or null. */
export const whyNoOtherUser = (): string | null => (process.getuid?.() === 0 ? null : 'only root can be another user');

/** Everything below a folder, itself first; links are not followed. */
export async function everythingBelow(folder: string): Promise<string[]> {
  const facts = await lstat(folder).catch(() => null);
  if (facts === null) return [];
  if (!facts.isDirectory()) return [folder];
  const names = await readdir(folder).catch(() => []);
  const below = await Promise.all(names.map((name) => everythingBelow(join(folder, name))));
  return [folder, ...below.flat()];
}

/** What others may do with it by its mode alone, of those that they may do anything with. */
export async function openModes(paths: readonly string[]): Promise<string[]> {
  const told = await Promise.all(
    paths.map(async (path) => {
      const facts = await lstat(path).catch(() => null);
      if (facts === null || facts.isSymbolicLink() || (facts.mode & 0o077) === 0) return [];
      return [`${(facts.mode & 0o777).toString(8)} ${path}`];
    }),
  );
  return told.flat();
}

/** Numbers of the sockets that these processes hold. */
async function socketsOf(processes: readonly Seen[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { pid } of processes) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))?.[1];
      if (inode !== undefined) found.add(inode);
    }
  }
  return found;
}

async function send(errand: Errand, as: readonly string[], folder: string): Promise<Findings> {
  // Where everyone may read them. The errand names thousands of files, more than an argument holds.
  const [program, paper] = [join(folder, 'stranger.ts'), join(folder, 'errand.json')];
  await copyFile(join(import.meta.dirname, 'stranger.ts'), program);
  await writeFile(paper, JSON.stringify(errand));
  for (const each of [program, paper]) await chmod(each, 0o644);
  const words = [...as, await nodeForAll(folder), '--no-warnings', program, paper];
  const { stdout } = await execute(words[0]!, words.slice(1), { cwd: '/', env: {}, maxBuffer: 64 * 2 ** 20 });
  return JSON.parse(stdout) as Findings;
}

export interface Visit {
  readonly programs: readonly string[];
  readonly sockets: number;
  /** Of ours: listening ports of this computer, named unix sockets, ports that answer as an engine does. */
  readonly ports: readonly string[];
  readonly unix: readonly string[];
  readonly engines: readonly number[];
  /** Environments of ours, as any process of the same user reads them. */
  readonly environments: readonly string[];
  /** What another user could open, of files and of `/proc`; null where no other user can be had. */
  readonly opened: readonly string[] | null;
}

/** Looks at the processes below one, from outside. `paths`: what another user tries to open; `folder`: open to all. */
export async function visit(root: number, paths: readonly string[], folder: string): Promise<Visit> {
  const tree = await treeOf(root);
  const errand = { pids: tree.map(({ pid }) => pid), paths };
  const same = await send({ ...errand, paths: [] }, [], folder);
  const other = whyNoOtherUser() === null ? await send(errand, asNobody, folder) : null;
  // Also what was started while the strangers looked around.
  const ours = await socketsOf([...tree, ...(await treeOf(root))]);
  const listening = same.listening.filter(({ inode }) => ours.has(inode));
  return {
    programs: tree.map(({ executable }) => executable.split('/').at(-1) ?? ''),
    sockets: ours.size,
    ports: listening.map(({ table, port }) => `${table} ${port}`),
    unix: same.unix.filter(({ inode }) => ours.has(inode)).map(({ path }) => path),
    engines: same.engines.filter((port) => listening.some((each) => each.port === port)),
    environments: same.environments,
    opened: other === null ? null : [...other.opened, ...other.processes],
  };
}
