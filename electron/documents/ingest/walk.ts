import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Source } from '../database/sources.ts';
import { ignoredByName } from './ignored.ts';
import { problemOf, problems, type FileProblem } from './reasons.ts';

/** A file as the file system shows it, before it is read. `problem`: why it will not be. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modified: number;
  readonly problem: FileProblem | null;
  /** Nothing outside is read, whatever links are put in the way: the real path of the source. */
  readonly within: string;
}

export interface Walk {
  readonly files: readonly FoundFile[];
  /** Sources that could be looked at. */
  readonly sources: readonly Source[];
  /** Sources that are gone for certain, with everything below them. */
  readonly gone: readonly string[];
  /** Folders whose content could not be seen: what is known below them is left as it is. */
  readonly unseen: readonly string[];
}

interface Collecting {
  readonly files: FoundFile[];
  readonly sources: Source[];
  readonly gone: string[];
  readonly unseen: string[];
}

/** The given paths that are there. */
export async function findSources(paths: readonly string[]): Promise<Source[]> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return found.flatMap((stats, at) => (stats === null ? [] : [sourceOf(paths[at] ?? '', stats)]));
}

const sourceOf = (path: string, stats: Stats): Source => ({
  path,
  kind: stats.isDirectory() ? 'folder' : 'file',
  device: String(stats.dev),
});

/** Finds the files of the given paths. Links inside are not followed; a path given by the person may be one. */
export async function walk(paths: readonly string[], known: readonly Source[], signal: AbortSignal): Promise<Walk> {
  const found: Collecting = { files: [], sources: [], gone: [], unseen: [] };
  const before = new Map(known.map((source) => [source.path, source]));
  for (const path of paths) await addSource(found, path, before.get(path), signal);
  const files = new Map(found.files.map((file) => [file.path, file]));
  return { ...found, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function addSource(
  found: Collecting,
  path: string,
  before: Source | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stats = await stat(path);
    const source = sourceOf(path, stats);
    const within = await realpath(path);
    if (!stats.isDirectory())
      found.files.push(foundFile(path, stats, within, stats.isFile() ? null : problems.special));
    else if (
      (await addFolder(found, path, within, signal)) === 0 &&
      before !== undefined &&
      before.device !== source.device
    ) {
      // The empty folder under which a drive is mounted, without the drive.
      found.files.push(missing(path, problems.unplugged));
      found.unseen.push(path);
      return;
    }
    found.sources.push(source);
  } catch (thrown) {
    await addMissing(found, path, before, thrown);
  }
}

async function addMissing(found: Collecting, path: string, before: Source | undefined, thrown: unknown): Promise<void> {
  const problem = problemOf(thrown);
  if (problem === problems.gone && before !== undefined && (await wasDeleted(path, before))) {
    found.gone.push(path);
    return;
  }
  found.unseen.push(path);
  found.files.push(missing(path, before === undefined || problem !== problems.gone ? problem : problems.unplugged));
}

/** On the same drive as the folder around it, which is still there: deleted or renamed, not unplugged. */
async function wasDeleted(path: string, before: Source): Promise<boolean> {
  const around = await stat(dirname(path)).catch(() => null);
  return around !== null && String(around.dev) === before.device;
}

/** Returns how many entries the folder has, whatever becomes of them. */
async function addFolder(found: Collecting, folder: string, within: string, signal: AbortSignal): Promise<number> {
  const names = await readdir(folder, { encoding: 'buffer' });
  for (const bytes of names) {
    signal.throwIfAborted();
    const { name, isText } = readName(bytes);
    const path = join(folder, name);
    if (isText) await addEntry(found, path, within, signal);
    else found.files.push(missing(path, ignoredByName(name) ?? problems.name));
  }
  return names.length;
}

/** A name as text. One that is not UTF-8 would be another name once it was text: it is shown with its bytes, `caf\xe9.txt`. */
export function readName(bytes: Buffer): { readonly name: string; readonly isText: boolean } {
  const name = bytes.toString('utf8');
  if (Buffer.from(name, 'utf8').equals(bytes)) return { name, isText: true };
  const shown = bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return { name: shown, isText: false };
}

async function addEntry(found: Collecting, path: string, within: string, signal: AbortSignal): Promise<void> {
  try {
    const stats = await lstat(path);
    const problem = ignoredByName(basename(path)) ?? (stats.isSymbolicLink() ? problems.link : null);
    if (problem === null && stats.isDirectory()) await addFolder(found, path, within, signal);
    else found.files.push(foundFile(path, stats, within, problem ?? (stats.isFile() ? null : problems.special)));
  } catch (thrown) {
    signal.throwIfAborted();
    const problem = problemOf(thrown);
    // Gone since the folder was listed: that is no failure, the file is just not there any more.
    if (problem === problems.gone) return;
    found.unseen.push(path);
    found.files.push(missing(path, problem));
  }
}

const foundFile = (path: string, stats: Stats, within: string, problem: FileProblem | null): FoundFile => ({
  path,
  name: basename(path),
  size: stats.isFile() ? stats.size : 0,
  modified: stats.mtimeMs,
  problem,
  within,
});

const missing = (path: string, problem: FileProblem): FoundFile => ({
  path,
  name: basename(path),
  size: 0,
  modified: 0,
  problem,
  within: path,
});

/** True for the folder itself and everything below it. */
export const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
