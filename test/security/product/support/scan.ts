/** Looks for secrets wherever a program may leave them. */
import { open, readdir, readFile, readlink, lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { treeOf, type Seen } from './processes.ts';

/** A text in every spelling in which a program might write it. */
export function spellings(text: string): Buffer[] {
  const cases = [...new Set([text, text.toLowerCase(), text.toUpperCase()])];
  const swapped = (word: string): Buffer => Buffer.from(word, 'utf16le').swap16();
  return cases.flatMap((word) => [Buffer.from(word), Buffer.from(word, 'utf16le'), swapped(word)]);
}

const holds = (bytes: Buffer, needles: readonly Buffer[]): boolean => needles.some((needle) => bytes.includes(needle));

const pieceBytes = 16 * 2 ** 20;

/** Reads in overlapping pieces, so that no secret lies on a border. */
async function fileHolds(path: string, needles: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...needles.map((needle) => needle.length));
  const handle = await open(path).catch(() => null);
  if (handle === null) return false;
  try {
    const piece = Buffer.alloc(pieceBytes);
    for (let at = 0; ; at += pieceBytes - overlap) {
      const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
      if (holds(piece.subarray(0, bytesRead), needles)) return true;
      if (bytesRead < pieceBytes) return false;
    }
  } catch {
    // Gone or cut short meanwhile.
    return false;
  } finally {
    await handle.close();
  }
}

export interface Search {
  readonly needles: readonly Buffer[];
  /** Folders and files that may hold them: the originals themselves. */
  readonly except: readonly string[];
  /** Only what was written since then, in milliseconds: for folders that are shared with the whole computer. */
  readonly since?: number;
}

export interface Look {
  /** Files that hold one of the needles, or are named after one. */
  readonly found: string[];
  readonly files: number;
  readonly bytes: number;
}

/** Every file below a folder, hidden ones and those of editors and crashes among them; links are not followed. */
export async function lookBelow(folder: string, search: Search): Promise<Look> {
  const found: string[] = [];
  let [files, bytes] = [0, 0];
  const visit = async (path: string): Promise<void> => {
    if (search.except.includes(path)) return;
    const facts = await lstat(path).catch(() => null);
    if (facts === null) return;
    const isOld = search.since !== undefined && facts.ctimeMs < search.since;
    if (!isOld && holds(Buffer.from(path.slice(folder.length)), search.needles)) found.push(path);
    if (facts.isDirectory()) {
      for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
    } else if (facts.isFile() && !isOld) {
      files += 1;
      bytes += facts.size;
      if (await fileHolds(path, search.needles)) found.push(path);
    }
  };
  await visit(folder);
  return { found: [...new Set(found)], files, bytes };
}

export async function lookIn(folders: readonly string[], search: Search): Promise<Look> {
  const looks: Look[] = [];
  for (const folder of folders) looks.push(await lookBelow(folder, search));
  const sum = (of: (look: Look) => number): number => looks.reduce((total, look) => total + of(look), 0);
  return { found: looks.flatMap(({ found }) => found), files: sum(({ files }) => files), bytes: sum((l) => l.bytes) };
}

/** Files that a process has open although they have no name any more, as SQLite's temporary ones. */
async function namelessFiles(pid: number, needles: readonly Buffer[]): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const found: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, name)).catch(() => '');
    if (!/\(deleted\)$|^\/memfd:/.test(target)) continue;
    const isFile = (await stat(join(folder, name)).catch(() => null))?.isFile() === true;
    if (isFile && (await fileHolds(join(folder, name), needles))) found.push(target);
  }
  return found;
}

export type Place = 'arguments' | 'environment' | 'nameless file' | 'private folder';

export interface Exposure {
  readonly place: Place;
  readonly process: string;
  /** What exactly: a file's name, or nothing. */
  readonly what: string;
}

/** One folder by two names. */
async function isSame(left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all([left, right].map((path) => stat(path).catch(() => null)));
  return one !== null && other !== null && one?.dev === other?.dev && one?.ino === other?.ino;
}

/** What every program of the same user can see of running processes, their cages' private folders among it. */
async function lookAtProcess(seen: Seen, search: Search): Promise<Exposure[]> {
  const at = `/proc/${seen.pid}`;
  const found: Exposure[] = [];
  const add = (place: Place, what = ''): void => void found.push({ place, process: seen.executable, what });
  const textOf = (name: string): Promise<Buffer> => readFile(`${at}/${name}`).catch(() => Buffer.alloc(0));
  if (holds(await textOf('cmdline'), search.needles)) add('arguments');
  if (holds(await textOf('environ'), search.needles)) add('environment');
  for (const what of await namelessFiles(seen.pid, search.needles)) add('nameless file', what);
  const isCaged = (await readlink(`${at}/ns/mnt`).catch(() => '')) !== (await readlink('/proc/self/ns/mnt'));
  if (isCaged) {
    for (const name of ['tmp', 'home', 'run', 'dev/shm']) {
      const own = join(at, 'root', name);
      // The system's own folder, shown to the cage, is not private; it is looked through elsewhere.
      if (await isSame(own, join('/', name))) continue;
      for (const what of (await lookIn([own], search)).found) add('private folder', what);
    }
  }
  return found;
}

/** One look at a process and everything below it. */
export async function lookAtTree(root: number, search: Search): Promise<Exposure[]> {
  return (await Promise.all((await treeOf(root)).map((seen) => lookAtProcess(seen, search)))).flat();
}

/** `at`: milliseconds since the watch began. `isOpen`: the profile was in use by then. */
export type WatchedExposure = Exposure & { readonly at: number; readonly isOpen: boolean };

export interface Watch {
  readonly exposures: readonly WatchedExposure[];
  /** Looks made, and the names of programs that were looked at. */
  readonly looks: () => number;
  readonly programs: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Who uses a profile writes its process id there, before the vault is opened. */
async function isInUseBy(profile: string, pid: number): Promise<boolean> {
  const said = await readFile(join(profile, 'instance.json'), 'utf8').catch(() => '{}');
  return said.includes(`"pid":${pid}}`);
}

/** Looks again and again, until told to stop. */
export function watch(root: number, profile: string, search: Search): Watch {
  const exposures: WatchedExposure[] = [];
  const programs = new Set<string>();
  const began = performance.now();
  let looks = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      const at = Math.round(performance.now() - began);
      const isOpen = await isInUseBy(profile, root);
      for (const { executable } of await treeOf(root)) programs.add(executable.split('/').at(-1) ?? '');
      exposures.push(...(await lookAtTree(root, search)).map((exposure) => ({ ...exposure, at, isOpen })));
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const looking = look();
  return {
    exposures,
    programs,
    looks: () => looks,
    stop: async () => {
      isOver = true;
      await looking;
    },
  };
}
