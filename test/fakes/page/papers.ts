import type { Output } from '../../../shared/contract/index.ts';
import type { Collection, LedgerEntry } from '../../../shared/contract/types.ts';
import { citations, leaseText } from './citations.ts';
import { emptyCollection, ledger, samples, tenancy } from './ledger.ts';
import { Refusal, wait, type Handlers, type World } from './world.ts';

type Methods = Extract<
  keyof Handlers,
  `collections.${string}` | `documents.${string}` | `search.${string}` | `viewer.${string}`
>;

function addCollection(world: World, collection: Collection): Collection {
  world.collections = [...world.collections.filter((one) => one.id !== collection.id), collection];
  return collection;
}

/** A file taken in: waits, is read, is ready. Each step has its event. */
function takeIn(world: World, collectionId: string, path: string, bytes: number): void {
  const states: readonly LedgerEntry['status'][] = ['waiting', 'parsing', 'indexed'];
  for (const [at, status] of states.entries())
    setTimeout(() => showStep(world, collectionId, { path, bytes, status }), at * 60);
}

function showStep(
  world: World,
  collectionId: string,
  { path, bytes, status }: Pick<LedgerEntry, 'path' | 'bytes' | 'status'>,
): void {
  const ready = status === 'indexed';
  const entry: LedgerEntry = {
    documentId: ready ? `up-${path.length}` : null,
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    status,
    reason: null,
    pages: ready ? 2 : 0,
    chunks: ready ? 9 : 0,
    embedded: 0,
    bytes,
    indexedAt: ready ? new Date().toISOString() : null,
  };
  const others = (world.entries.get(collectionId) ?? []).filter((one) => one.path !== path);
  world.entries.set(collectionId, [...others, entry]);
  const before = world.collections.find((one) => one.id === collectionId) ?? emptyCollection;
  const more = {
    documents: before.documents + 1,
    chunks: before.chunks + entry.chunks,
    bytes: before.bytes + bytes,
  };
  const collection = addCollection(world, ready ? { ...before, ...more } : before);
  world.tell('documents.progress', { collectionId, entry, collection, done: 0, total: 0, finished: true });
}

/** A run in its middle. */
export function showIngest(world: World): void {
  const entry: LedgerEntry = {
    ...ledger(0)[1]!,
    documentId: null,
    path: '/home/ana/Tenancy/Minutes.docx',
    name: 'Minutes.docx',
    status: 'parsing',
    pages: 0,
    chunks: 0,
    embedded: 0,
    indexedAt: null,
  };
  const collection = { ...tenancy, embedded: 240 };
  world.tell('documents.progress', {
    collectionId: 'tenancy',
    entry,
    collection,
    done: 17,
    total: 42,
    finished: false,
  });
}

/** Collections, documents, search and what the viewer shows. */
export function papers(world: World): Pick<Handlers, Methods> {
  const { scenario } = world;
  const notice = scenario.notice ?? null;
  return {
    'collections.list': () => ({ collections: world.collections }),
    'collections.create': ({ name }) => {
      if (world.collections.some((one) => one.name === name)) throw new Refusal('conflict');
      return addCollection(world, { ...emptyCollection, id: `c${world.collections.length + 1}`, name });
    },
    'collections.delete': ({ id }) => {
      world.collections = world.collections.filter((one) => one.id !== id);
      return {};
    },
    'documents.list': ({ collectionId }) => ({ entries: world.entries.get(collectionId) ?? [] }),
    'documents.choose': () => ({ supported: false, started: false }),
    'documents.upload': ({ collectionId, name, offset, bytes, total }) => {
      const complete = offset + bytes.length >= total;
      if (complete) takeIn(world, collectionId, name, total);
      return { complete };
    },
    'documents.addSamples': async () => {
      await wait(80);
      return addCollection(world, samples);
    },
    'documents.rescan': () => ({}),
    'documents.cancel': () => ({}),
    'documents.remove': ({ documentId }) => {
      const kept = (list: LedgerEntry[]) => list.filter((one) => one.documentId !== documentId);
      for (const [id, list] of world.entries) world.entries.set(id, kept(list));
      return {};
    },
    'search.query': ({ mode }) => {
      if (mode !== 'keyword' && world.engine.state !== 'ready') throw new Refusal('engine_failed');
      return { hits: citations.map((one) => one.passage), ms: 11 };
    },
    'viewer.open': ({ documentId }) =>
      documentId === 'mail'
        ? opened(documentId, 'Re: moving out earlier.eml', { kind: 'text', pages: 1, bytes: 9200, notice })
        : opened(documentId, 'Lease agreement.pdf', {
            kind: scenario.pdf === undefined || notice !== null ? 'text' : 'pdf',
            pages: 3,
            bytes: 412_000,
            notice,
          }),
    'viewer.bytes': ({ offset }) => {
      const bytes = Uint8Array.from(atob(scenario.pdf ?? ''), (character) => character.charCodeAt(0));
      return { bytes: bytes.slice(offset, offset + 40_000), total: bytes.length };
    },
    'viewer.page': ({ documentId, page }) => pageOf(documentId, page),
    'viewer.locate': ({ documentId, start, end }) => {
      const place = scenario.place ?? 'placed';
      const page = documentId === 'mail' ? 1 : 3;
      if (place !== 'placed') return { placed: false, page, reason: place };
      const rectangles = documentId === 'mail' ? [] : [...(scenario.rectangles ?? [])];
      return { placed: true, page, start, end, rectangles };
    },
  };
}

const opened = (
  documentId: string,
  name: string,
  rest: Pick<Output<'viewer.open'>, 'kind' | 'pages' | 'bytes' | 'notice'>,
): Output<'viewer.open'> => ({ documentId, name, path: `/home/ana/Tenancy/${name}`, ...rest });

function pageOf(documentId: string, page: number): Output<'viewer.page'> {
  const mail = documentId === 'mail';
  const paragraphs = mail
    ? ['From: M. Keller', 'To: Ana', citations[2]!.passage.text, 'Kind regards']
    : [
        '§ 9 Term and notice',
        '(1) The tenancy begins on 1 September 2021 and runs for an indefinite period.',
        leaseText,
        citations[1]!.passage.text,
      ];
  const starts = mail ? [0, 60, 120, 400] : [3800, 3850, 4000, 4300];
  return {
    page,
    label: null,
    start: 0,
    end: 5000,
    blocks: paragraphs.map((text, at) => ({
      kind: mail ? (at < 2 ? 'header' : 'paragraph') : at === 0 ? 'heading' : 'paragraph',
      level: at === 0 ? 2 : null,
      start: starts[at] ?? 0,
      end: (starts[at] ?? 0) + text.length,
      text,
      locator: null,
    })),
  };
}
