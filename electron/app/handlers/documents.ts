import type { Collection } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { passageOf } from '../../documents/index.ts';
import type { Handlers } from '../dispatch.ts';
import { createUploads } from '../uploads.ts';
import type { HandlerDeps } from './deps.ts';

type Methods = Extract<
  keyof Handlers,
  `collections.${string}` | `documents.${string}` | `search.${string}` | `viewer.${string}`
>;

export function documentHandlers({ application, rooms, inBackground, onLock }: HandlerDeps): Pick<Handlers, Methods> {
  const { documents } = rooms;
  const uploads = createUploads();
  onLock(() => uploads.clear());

  const requireCollection = async (id: string): Promise<Collection> => {
    const found = (await documents.collections()).find((collection) => collection.id === id);
    if (found === undefined) throw new CloisterError('not_found', 'This collection no longer exists.');
    return found;
  };
  const embedAfter = (what: string, work: () => Promise<unknown>): void =>
    inBackground(what, async () => {
      await work();
      await documents.embedPending({});
    });

  return {
    'collections.list': async () => ({ collections: await documents.collections() }),
    'collections.create': ({ name, label }) => documents.createCollection(name, label),
    'collections.delete': async ({ id }) => {
      await requireCollection(id);
      await documents.cancel(id);
      await documents.deleteCollection(id);
      return {};
    },
    'documents.list': async ({ collectionId }) => {
      await requireCollection(collectionId);
      return { entries: await documents.ledger(collectionId) };
    },
    'documents.choose': async ({ collectionId, kind }) => {
      await requireCollection(collectionId);
      const paths = await application.ports.dialogs.choose(kind);
      if (paths === null) return { supported: false, started: false };
      if (paths.length > 0) embedAfter('ingest', () => documents.ingest(collectionId, paths, {}));
      return { supported: true, started: paths.length > 0 };
    },
    'documents.upload': async ({ collectionId, uploadId, name, offset, total, bytes }) => {
      await requireCollection(collectionId);
      const file = uploads.add({ key: `${collectionId}/${uploadId}`, name, offset, total, bytes });
      if (file === null) return { complete: false };
      embedAfter('upload', () => documents.upload(collectionId, file));
      return { complete: true };
    },
    'documents.addSamples': async () => {
      const collection = await application.addSamples();
      embedAfter('samples', () => Promise.resolve());
      return collection;
    },
    'documents.rescan': async ({ collectionId }) => {
      await requireCollection(collectionId);
      embedAfter('rescan', () => documents.rescan(collectionId));
      return {};
    },
    'documents.cancel': async ({ collectionId }) => {
      await requireCollection(collectionId);
      await documents.cancel(collectionId);
      return {};
    },
    'documents.remove': async ({ documentId }) => {
      await documents.remove(documentId);
      return {};
    },
    'search.query': async (input, caller) => {
      await requireCollection(input.collectionId);
      const found = await application.search(input, caller.origin, AbortSignal.timeout(60_000));
      return { hits: found.hits.map(passageOf), ms: found.ms };
    },
    'viewer.open': ({ documentId }) => documents.viewer.open(documentId),
    'viewer.bytes': ({ documentId, offset }) => documents.viewer.bytes(documentId, offset),
    'viewer.page': ({ documentId, page }) => documents.viewer.page(documentId, page),
    'viewer.locate': ({ documentId, start, end, quote }) => documents.viewer.locate(documentId, start, end, quote),
  };
}
