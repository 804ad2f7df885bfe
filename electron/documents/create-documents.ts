import type { LedgerEntry } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import type { DatabaseClient } from '../vault/types.ts';
import type { DocumentsOperations } from './database.ts';
import { createEmbeddingLanes } from './embed/lanes.ts';
import { embedPending } from './embed/pending.ts';
import { Progress } from './ingest/progress.ts';
import { Runs } from './ingest/runs.ts';
import { Uploads } from './ingest/uploads.ts';
import { searchMany } from './search/search.ts';
import type { Documents, Embedder, Parser } from './types.ts';
import { createViewer } from './viewer/viewer.ts';

export interface DocumentsDeps {
  readonly database: DatabaseClient<DocumentsOperations>;
  readonly parser: Pick<Parser, 'parse' | 'openRun' | 'sandbox' | 'rest'>;
  readonly embedder: Embedder;
  readonly clock: () => Date;
}

/** The documents room: taking in, finding and showing. Holds no text itself; everything is in the encrypted database. */
export function createDocuments({ database, parser, embedder, clock }: DocumentsDeps): Documents {
  const progress = new Progress((id) => database.call('documents.collection', { id }));
  const deps = { database, parser, now: clock };
  const runs = new Runs(deps, progress);
  const uploads = new Uploads(deps, progress);
  const view = createViewer(database);
  const lanes = createEmbeddingLanes(embedder);
  let closing = new AbortController();
  let embedding: Promise<unknown> = Promise.resolve();

  const collections = () => database.call('documents.collections', {});
  const untilClosed = (signal?: AbortSignal): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);

  const ledger = async (collectionId: string): Promise<LedgerEntry[]> => {
    const kept = await database.call('documents.ledger', { collectionId });
    const handedOver = new Map(uploads.lines(collectionId).map((entry) => [entry.path, entry]));
    const rows = [...kept.filter(({ path }) => !handedOver.has(path)), ...handedOver.values()];
    const paths = new Set(rows.map(({ path }) => path));
    return [...rows, ...runs.ahead(collectionId).filter(({ path }) => !paths.has(path))];
  };

  const idle = (collectionId: string): void => {
    if (runs.isRunning(collectionId))
      throw new CloisterError('busy', 'Files are being added to this collection. Stop that first.');
  };

  const rescan: Documents['rescan'] = async (collectionId, options = {}) => {
    const sources = await database.call('documents.sources', { collectionId });
    return runs.start(collectionId, sources.map(({ path }) => path), options); // prettier-ignore
  };

  return {
    collections,
    collectionByName: async (name) => (await collections()).find((collection) => collection.name === name) ?? null,
    createCollection: (name, label) =>
      database.call('documents.createCollection', { name, label: label ?? null, now: clock().toISOString() }),
    deleteCollection: async (id) => {
      idle(id);
      await database.call('documents.deleteCollection', { id });
    },
    ledger,
    ingest: (collectionId, paths, options) => runs.start(collectionId, paths, options),
    rescan,
    cancel: (collectionId) => runs.cancel(collectionId),
    resume: async ({ signal } = {}) => {
      const cutOff = Map.groupBy(await database.call('documents.unfinishedRuns', {}), (one) => one.collectionId);
      for (const [collectionId, sources] of cutOff) {
        await runs.start(collectionId, sources.map(({ path }) => path), signal === undefined ? {} : { signal }); // prettier-ignore
      }
      return [...cutOff.keys()];
    },
    remove: async (documentId) => {
      const { collectionId } = await database.call('documents.remove', { documentId });
      progress.note(collectionId, { entry: null });
    },
    upload: (collectionId, file) => uploads.take(collectionId, file, closing.signal),

    /** One after the other: the engine works on one batch at a time anyway. */
    embedPending: ({ signal, onProgress, ...which }) => {
      // Of now, not of its turn: what waits when the room is closed is closed with it.
      const ending = untilClosed(signal);
      const next = embedding.then(() =>
        embedPending(
          { database, embedder: lanes.passages },
          which.paths === undefined ? { collectionId: which.collectionId ?? null } : which,
          (ids, done, total) => {
            for (const id of ids) progress.note(id, { entry: null });
            onProgress?.(done, total);
          },
          ending,
        ),
      );
      embedding = next.catch(() => undefined);
      return next;
    },

    search: async (request, signal) => {
      const [result] = await searchMany({ database, embedder: lanes.questions }, [request], signal);
      if (result === undefined) throw new RangeError('One search has one result.');
      return result;
    },
    searchMany: (requests, signal) => searchMany({ database, embedder: lanes.questions }, requests, signal),
    onProgress: (listener) => progress.listen(listener),
    viewer: view.viewer,
    close: async () => {
      closing.abort();
      await runs.stopAll();
      parser.rest();
      await embedding;
      progress.stop();
      uploads.clear();
      await view.close();
      // A vault that is locked has ended its worker, and the memory with it.
      await database.call('documents.forgetIndexes', {}).catch(() => undefined);
      closing = new AbortController();
    },
  };
}
