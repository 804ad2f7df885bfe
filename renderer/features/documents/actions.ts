import type { Collection } from '../../../shared/contract/types.ts';
import { ask, attempt, failureOf, listen } from '../../bridge/index.ts';
import type { EventPayload } from '../../../shared/contract/index.ts';
import { describeError, t } from '../../i18n/index.ts';
import { rescueFocus, tell, tellFailure } from '../../ui/index.ts';
import { createBatch, onNextFrame } from '../chats/batch.ts';
import { pickedFiles, type Picked } from './dropped.ts';
import { applyDocumentsProgress, useDocuments, withCollection } from './store.ts';
import { upload, type Refused } from './upload.ts';

export async function readCollections(): Promise<void> {
  const result = await attempt('collections.list', {});
  if (!result.ok) {
    useDocuments.setState({ failure: result.error });
    return;
  }
  const { collections } = result.value;
  const { selected } = useDocuments.getState();
  const still = collections.some((one) => one.id === selected) ? selected : (collections[0]?.id ?? null);
  useDocuments.setState({ collections, failure: null });
  if (still !== selected) select(still);
}

export function select(id: string | null): void {
  useDocuments.setState({ selected: id, entries: null });
  if (id !== null) void readLedger(id);
}

export async function readLedger(id: string): Promise<void> {
  const result = await attempt('documents.list', { collectionId: id });
  if (useDocuments.getState().selected !== id) return;
  if (result.ok) useDocuments.setState({ entries: result.value.entries, failure: null });
  else useDocuments.setState({ entries: [], failure: result.error });
}

export function followDocuments(signal: AbortSignal): void {
  const batch = createBatch<EventPayload<'documents.progress'>>(onNextFrame, (items) => {
    if (!signal.aborted) useDocuments.setState((state) => applyDocumentsProgress(state, items));
  });
  const reread = () => {
    const { selected } = useDocuments.getState();
    void readCollections();
    if (selected !== null) void readLedger(selected);
  };
  const rereadSoon = throttle(reread, signal);
  listen('documents.progress', {
    signal,
    hear: (progress) => {
      batch.add(progress);
      if (progress.finished && progress.total > 0) reread();
      else rereadSoon();
    },
    gap: reread,
  });
}

/** Events are thinned out, so that not every file has one: the ledger is read now and then meanwhile. */
const betweenReadings = 3000;

function throttle(work: () => void, signal: AbortSignal): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      if (!signal.aborted) work();
    }, betweenReadings);
  };
}

/** Runs one call and shows its failure; true when it went well. */
async function attemptOrTell(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    tellFailure(failureOf(thrown));
    return false;
  }
}

function adopt(collection: Collection): Collection {
  useDocuments.setState(({ collections }) => ({ collections: withCollection(collections ?? [], collection) }));
  select(collection.id);
  return collection;
}

export async function createCollection(name: string): Promise<Collection | null> {
  const result = await attempt('collections.create', { name });
  if (result.ok) return adopt(result.value);
  tellFailure(result.error);
  return null;
}

export const addSamples = (): Promise<boolean> =>
  attemptOrTell(async () => adopt(await ask('documents.addSamples', {})));

export const deleteCollection = (id: string): Promise<boolean> =>
  attemptOrTell(async () => {
    await ask('collections.delete', { id });
    await readCollections();
    rescueFocus('main h1');
  });

export const rescan = (collectionId: string): Promise<boolean> =>
  attemptOrTell(() => ask('documents.rescan', { collectionId }));

export const removeDocument = (documentId: string, collectionId: string): Promise<boolean> =>
  attemptOrTell(async () => {
    await ask('documents.remove', { documentId });
    await Promise.all([readLedger(collectionId), readCollections()]);
  });

let uploading: AbortController | null = null;

export async function cancel(collectionId: string): Promise<void> {
  uploading?.abort();
  await attemptOrTell(() => ask('documents.cancel', { collectionId }));
}

/** The collection to add to: the selected one, or a first one made for the purpose. */
async function collectionToFill(): Promise<string | null> {
  const { selected } = useDocuments.getState();
  if (selected !== null) return selected;
  return (await createCollection(t.documents.firstCollection))?.id ?? null;
}

export async function addFiles(files: readonly Picked[]): Promise<void> {
  if (files.length === 0) {
    tell('caution', t.documents.nothingDropped);
    return;
  }
  const collectionId = await collectionToFill();
  if (collectionId === null) return;
  uploading?.abort();
  uploading = new AbortController();
  const refused = await upload(collectionId, files, uploading.signal);
  // All of them at once, whatever events were thinned out.
  if (useDocuments.getState().selected === collectionId) void readLedger(collectionId);
  tellRefused(refused);
}

function tellRefused(refused: readonly Refused[]): void {
  const [first, ...rest] = refused;
  if (first === undefined) return;
  const tooLarge = first.failure.code === 'too_large';
  const words = tooLarge
    ? t.documents.tooLarge(first.name, first.size)
    : `${first.name}: ${describeError(first.failure.code).sentence}`;
  tell('caution', words, rest.length === 0 ? '' : t.documents.tooMany(rest.length));
}

/** Asks the host for its own dialog; where it has none, the page's file field does. */
export async function choose(kind: 'files' | 'folder', fallBack: () => void): Promise<void> {
  const collectionId = await collectionToFill();
  if (collectionId === null) return;
  const result = await attempt('documents.choose', { collectionId, kind });
  if (!result.ok) {
    tellFailure(result.error);
    return;
  }
  if (!result.value.supported) fallBack();
}

export async function addPicked(list: FileList | null): Promise<void> {
  if (list !== null && list.length > 0) await addFiles(pickedFiles(list));
}
