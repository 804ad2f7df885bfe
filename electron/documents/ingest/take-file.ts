import { basename } from 'node:path';
import type { IngestStatus, LedgerEntry } from '../../../shared/contract/types.ts';
import type { ParserRun } from '../types.ts';
import { extensionOf } from '../database/contents.ts';
import type { HashedFile, KnownFile } from '../database/documents.ts';
import { looksUnchanged, refusedUnread, sameBytes } from './decide.ts';
import { isProblem, parseFile } from './parse-file.ts';
import { readWhole, type ReadFile } from './read-file.ts';
import type { FileProblem } from './reasons.ts';
import type { RunDeps } from './deps.ts';
import type { FoundFile } from './walk.ts';

export interface TakeDeps extends RunDeps {
  readonly collectionId: string;
  readonly reading: ParserRun;
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Files that are not where they were. One that turns up again elsewhere is taken out of this map. */
  readonly missing: Map<string, KnownFile>;
  readonly parsing: (file: FoundFile) => void;
}

export interface Taken {
  readonly entry: LedgerEntry;
  /** False: the entry is as it was, and its figures were not read again. */
  readonly news: boolean;
  readonly status: IngestStatus;
  readonly reason: string | null;
}

/** Takes one file in, or writes down why not. Throws only what ends the whole run. */
export async function takeFile(deps: TakeDeps, file: FoundFile, signal: AbortSignal): Promise<Taken> {
  const checkedAt = deps.now().getTime();
  const known = deps.known.get(file.path);
  const refused = file.problem ?? refusedUnread(file);
  if (refused !== null && known !== undefined && saysTheSame(known, refused)) return asBefore(known);
  if (refused !== null) return refuse(deps, file, refused, checkedAt, null);
  if (known !== undefined && looksUnchanged(file, known)) return asBefore(known);
  const read = await readWhole(file);
  if (isProblem(read)) return refuse(deps, file, read, checkedAt, null);
  if (known !== undefined && sameBytes(read.sha256, known)) {
    await deps.database.call('documents.touch', { documentId: known.id, modified: read.modified, checkedAt });
    return asBefore({ ...known, reason: known.retry ? null : known.reason });
  }
  return takeBytes(deps, file, read, checkedAt, signal);
}

const saysTheSame = (known: KnownFile, refused: FileProblem): boolean =>
  known.status === refused.status && known.reason === refused.reason && !known.retry;

async function takeBytes(
  deps: TakeDeps,
  found: FoundFile,
  read: ReadFile,
  checkedAt: number,
  signal: AbortSignal,
): Promise<Taken> {
  const { collectionId, database, parser, reading } = deps;
  const { bytes, ...facts } = read;
  const file: HashedFile = { path: found.path, name: found.name, origin: 'path', checkedAt, ...facts };
  const moved = takeMoved(deps.missing, file);
  if (moved !== null) return move(deps, moved, file);
  const now = deps.now().toISOString();
  const reused = await database.call('documents.reuse', { collectionId, file, now });
  if (reused !== null) return indexed(reused);
  deps.parsing(found);
  const parsed = await parseFile(reading, { name: file.name, bytes }, signal);
  if (isProblem(parsed)) return refuse(deps, found, parsed, checkedAt, read);
  const { kind: sandbox } = await parser.sandbox();
  return indexed(await database.call('documents.put', { collectionId, file, parsed, sandbox, now }));
}

const indexed = (entry: LedgerEntry): Taken => ({ entry, news: true, status: 'indexed', reason: entry.reason });

/** A file that is missing elsewhere and has these bytes: the same name first, then any. */
function takeMoved(missing: Map<string, KnownFile>, file: HashedFile): KnownFile | null {
  const fitting = [...missing.values()].filter(
    (known) =>
      known.sha256 === file.sha256 &&
      known.status === 'indexed' &&
      known.current &&
      extensionOf(known.name) === extensionOf(file.name),
  );
  const moved = fitting.find((known) => known.name === file.name) ?? fitting[0] ?? null;
  if (moved !== null) missing.delete(moved.path);
  return moved;
}

/** The document keeps its id, and so the citations that point at it. Its passages carry its name: a new one indexes anew. */
async function move(deps: TakeDeps, moved: KnownFile, file: HashedFile): Promise<Taken> {
  const { collectionId, database } = deps;
  let entry = await database.call('documents.move', { documentId: moved.id, file });
  if (basename(moved.path) !== file.name) {
    entry = (await database.call('documents.reuse', { collectionId, file, now: deps.now().toISOString() })) ?? entry;
  }
  return { entry, news: true, status: 'unchanged', reason: `This was moved here from ${moved.path}.` };
}

function asBefore(known: KnownFile): Taken {
  const { id, path, name, status, reason, pages, chunks, size } = known;
  const entry: LedgerEntry = {
    documentId: id,
    path,
    name,
    status,
    reason,
    pages,
    chunks,
    embedded: 0,
    bytes: size,
    indexedAt: null,
  };
  return { entry, news: false, status: status === 'indexed' ? 'unchanged' : status, reason };
}

async function refuse(
  deps: TakeDeps,
  found: FoundFile,
  problem: FileProblem,
  checkedAt: number,
  read: ReadFile | null,
): Promise<Taken> {
  const { status, reason, retry } = problem;
  const { path, name } = found;
  const facts = {
    size: read?.size ?? found.size,
    modified: read?.modified ?? found.modified,
    sha256: read?.sha256 ?? null,
  };
  const entry = await deps.database.call('documents.note', {
    collectionId: deps.collectionId,
    file: { path, name, origin: 'path', checkedAt, ...facts },
    status,
    reason,
    retry,
    keepContent: retry,
  });
  return { entry, news: true, status, reason };
}
