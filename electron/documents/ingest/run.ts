import type { LedgerEntry } from '../../../shared/contract/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { KnownFile } from '../database/documents.ts';
import type { IngestResult } from '../types.ts';
import type { RunDeps } from './deps.ts';
import { takeFile, type TakeDeps } from './take-file.ts';
import { removedReason } from './reasons.ts';
import { findSources, isBelow, walk, type FoundFile, type Walk } from './walk.ts';

export interface Summary {
  indexed: number;
  unchanged: number;
  skipped: number;
  failed: number;
  removed: number;
  chunks: number;
}

export interface RunEvents {
  /** What is known before the first file is read. */
  readonly planned: (waiting: readonly FoundFile[]) => void;
  readonly parsing: (file: FoundFile) => void;
  readonly done: (result: IngestResult, entry: LedgerEntry | null) => void;
}

/** Documents parsed at the same time; the parser runs as many processes. */
const parallel = 2;

/**
 * One run over files and folders. Stops between files when the signal says so, and at once when the disk is full or the
 * vault is locked; what was taken in by then stays, and the next run goes on after it.
 */
export async function run(
  deps: RunDeps,
  collectionId: string,
  paths: readonly string[],
  events: RunEvents,
  signal: AbortSignal,
): Promise<Summary> {
  const { database } = deps;
  const summary: Summary = { indexed: 0, unchanged: 0, skipped: 0, failed: 0, removed: 0, chunks: 0 };
  const report = (result: IngestResult, entry: LedgerEntry | null): void => {
    summary[result.status] += 1;
    if (result.status === 'indexed') summary.chunks += result.chunks;
    events.done(result, entry);
  };
  const known = new Map((await database.call('documents.known', { collectionId })).map((file) => [file.path, file]));
  const before = await database.call('documents.sources', { collectionId });
  await database.call('documents.beginRun', { collectionId, sources: await findSources(paths) });
  const found = await walk(paths, before, signal).catch(stopped(signal));
  if (found === null) return summary;
  events.planned(found.files);
  const missing = filesGone(found, known);
  const reading = deps.parser.openRun();
  const take: TakeDeps = { ...deps, collectionId, reading, known, missing, parsing: events.parsing };
  await inParallel(found.files, signal, async (file) => {
    const started = performance.now();
    const { entry, news, status, reason } = await takeFile(take, file, signal);
    report(resultOf(entry, status, reason, performance.now() - started), news ? entry : null);
  }).finally(() => reading.close());
  if (signal.aborted) return summary;
  await noteGone(deps, collectionId, found, missing, report);
  await database.call('documents.finishRun', { collectionId, seen: found.sources });
  return summary;
}

const stopped =
  (signal: AbortSignal) =>
  (thrown: unknown): null => {
    if (signal.aborted) return null;
    throw thrown;
  };

/** What the ledger knows below the given paths and the walk did not meet, where it could see. */
function filesGone(found: Walk, known: ReadonlyMap<string, KnownFile>): Map<string, KnownFile> {
  const met = new Set(found.files.map((file) => file.path));
  const folders = [
    ...found.sources.filter((source) => source.kind === 'folder').map((source) => source.path),
    ...found.gone,
  ];
  const gone = [...known.values()].filter(
    (file) =>
      file.origin === 'path' &&
      file.status !== 'removed' &&
      !met.has(file.path) &&
      folders.some((folder) => isBelow(file.path, folder)) &&
      !found.unseen.some((folder) => isBelow(file.path, folder)),
  );
  return new Map(gone.map((file) => [file.path, file]));
}

async function noteGone(
  deps: RunDeps,
  collectionId: string,
  found: Walk,
  missing: ReadonlyMap<string, KnownFile>,
  report: (result: IngestResult, entry: LedgerEntry) => void,
): Promise<void> {
  for (const { path, name, origin, size } of missing.values()) {
    const started = performance.now();
    const file = { path, name, origin, size, modified: null, checkedAt: deps.now().getTime(), sha256: null };
    const note = {
      collectionId,
      file,
      status: 'removed',
      reason: removedReason,
      retry: false,
      keepContent: false,
    } as const;
    const entry = await deps.database.call('documents.note', note);
    report(resultOf(entry, 'removed', removedReason, performance.now() - started), entry);
  }
  for (const path of found.gone) await deps.database.call('documents.removeSource', { collectionId, path });
}

const resultOf = (
  entry: LedgerEntry,
  status: IngestResult['status'],
  reason: string | null,
  ms: number,
): IngestResult => ({
  path: entry.path,
  status,
  ...(reason === null ? {} : { reason }),
  pages: entry.pages,
  chunks: entry.chunks,
  bytes: entry.bytes,
  ms: Math.round(ms * 10) / 10,
});

/** Works through the files with a few at a time. The first error stops taking new ones and is thrown when all rest. */
async function inParallel(
  files: readonly FoundFile[],
  signal: AbortSignal,
  work: (file: FoundFile) => Promise<void>,
): Promise<void> {
  const queue = files[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      if (signal.aborted || failures.length > 0) return;
      await work(next.value).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (failures.length > 0 && !signal.aborted) throw explained(failures[0]);
}

const explained = (thrown: unknown): Error => {
  if (codeOf(thrown) === 'disk_full') return new CloisterError('disk_full', diskFull, { cause: thrown });
  return thrown instanceof Error
    ? thrown
    : new CloisterError('internal', 'Taking in the files failed.', { cause: thrown });
};

const diskFull = 'The disk is full. What was taken in is kept. Make room, then add the files again to go on.';
