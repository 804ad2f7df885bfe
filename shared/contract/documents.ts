import { z } from 'zod';
import { method } from './define.ts';
import { bytes, collectionName, filePiece, id, isoTime, nothing } from './common.ts';

export const collection = z.strictObject({
  id,
  name: z.string(),
  label: z.string().nullable(),
  documents: z.number().int(),
  chunks: z.number().int(),
  /** Chunks whose embedding has arrived; keyword search serves all of them already. */
  embedded: z.number().int(),
  bytes: z.number(),
  failed: z.number().int(),
});

export const ingestStatus = z.enum(['indexed', 'unchanged', 'skipped', 'failed', 'removed']);

/** One row of the ledger: every file that was ever offered, and what became of it. */
export const ledgerEntry = z.strictObject({
  documentId: id.nullable(),
  path: z.string(),
  name: z.string(),
  status: ingestStatus.or(z.enum(['waiting', 'parsing'])),
  /** A sentence for people: "The file is encrypted. Open it, save it without a password, and add it again." */
  reason: z.string().nullable(),
  pages: z.number().int(),
  chunks: z.number().int(),
  embedded: z.number().int(),
  bytes: z.number(),
  indexedAt: isoTime.nullable(),
});

export const passage = z.strictObject({
  documentId: id,
  /** Name for people: the file's name. */
  document: z.string(),
  path: z.string(),
  /** From 1; null for formats without pages. */
  page: z.number().int().nullable(),
  /** Of a mail: the attachment that the passage comes from. */
  attachment: z.string().optional(),
  /** UTF-16 offsets into the document's text. */
  start: z.number().int(),
  end: z.number().int(),
  text: z.string(),
  score: z.number(),
});

/** A rectangle on a page, each number a fraction (0..1) of the page's width or height, origin top left. */
export const rectangle = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

export const documentsContract = {
  'collections.list': method({
    input: nothing,
    output: z.strictObject({ collections: z.array(collection) }),
    errors: [],
  }),
  'collections.create': method({
    input: z.strictObject({ name: collectionName, label: z.string().max(60).optional() }),
    output: collection,
    errors: ['conflict', 'disk_full'],
  }),
  'collections.delete': method({ input: z.strictObject({ id }), output: nothing, errors: ['not_found', 'busy'] }),
  'documents.list': method({
    input: z.strictObject({ collectionId: id }),
    output: z.strictObject({ entries: z.array(ledgerEntry) }),
    errors: ['not_found'],
  }),
  /** Opens the host's own dialog. The page never names a path; `supported: false` where the host has no dialog. */
  'documents.choose': method({
    input: z.strictObject({ collectionId: id, kind: z.enum(['files', 'folder']) }),
    output: z.strictObject({ supported: z.boolean(), started: z.boolean() }),
    errors: ['not_found', 'busy'],
  }),
  /** A dropped or picked file, in pieces of at most 8 MiB; the last piece (`offset + bytes = total`) starts indexing. */
  'documents.upload': method({
    input: z.strictObject({ collectionId: id, ...filePiece(0, 100 * 1024 * 1024) }),
    output: z.strictObject({ complete: z.boolean() }),
    errors: ['not_found', 'too_large', 'conflict', 'disk_full'],
  }),
  'documents.addSamples': method({ input: nothing, output: collection, errors: ['disk_full', 'busy'] }),
  'documents.rescan': method({
    input: z.strictObject({ collectionId: id }),
    output: nothing,
    errors: ['not_found', 'busy'],
  }),
  'documents.cancel': method({ input: z.strictObject({ collectionId: id }), output: nothing, errors: ['not_found'] }),
  'documents.remove': method({ input: z.strictObject({ documentId: id }), output: nothing, errors: ['not_found'] }),
  'search.query': method({
    input: z.strictObject({
      query: z.string().min(1).max(4000),
      collectionId: id,
      k: z.number().int().min(1).max(100).default(10),
      mode: z.enum(['hybrid', 'keyword', 'vector']).default('hybrid'),
    }),
    output: z.strictObject({ hits: z.array(passage), ms: z.number() }),
    errors: ['not_found', 'forbidden', 'model_missing', 'engine_failed', 'audit_broken'],
  }),
  'viewer.open': method({
    input: z.strictObject({ documentId: id }),
    output: z.strictObject({
      documentId: id,
      name: z.string(),
      path: z.string(),
      /** `pdf`: the file's own pages can be drawn. `text`: blocks only (other formats, or the file is gone: see notice). */
      kind: z.enum(['pdf', 'text']),
      pages: z.number().int(),
      bytes: z.number(),
      notice: z.enum(['file_moved', 'file_changed']).nullable(),
    }),
    errors: ['not_found'],
  }),
  /** The PDF's bytes in pieces of at most 8 MiB; refused unless the file still has the hash that was indexed. */
  'viewer.bytes': method({
    input: z.strictObject({ documentId: id, offset: z.number().int().min(0) }),
    output: z.strictObject({ bytes, total: z.number().int() }),
    errors: ['not_found', 'conflict'],
  }),
  'viewer.page': method({
    input: z.strictObject({ documentId: id, page: z.number().int().min(1) }),
    output: z.strictObject({
      page: z.number().int(),
      label: z.string().nullable(),
      start: z.number().int(),
      end: z.number().int(),
      blocks: z.array(
        z.strictObject({
          kind: z.enum(['heading', 'paragraph', 'list-item', 'table-row', 'code', 'quote', 'header']),
          level: z.number().int().nullable(),
          start: z.number().int(),
          end: z.number().int(),
          text: z.string(),
          locator: z.string().nullable(),
        }),
      ),
    }),
    errors: ['not_found'],
  }),
  /** Where the exact words stand. When they cannot be placed for sure, nothing is highlighted and the reason says so. */
  'viewer.locate': method({
    input: z.strictObject({ documentId: id, start: z.number().int(), end: z.number().int(), quote: z.string() }),
    output: z.discriminatedUnion('placed', [
      z.strictObject({
        placed: z.literal(true),
        page: z.number().int(),
        start: z.number().int(),
        end: z.number().int(),
        /** Empty for documents without page boxes: the offsets place the words in the blocks then. */
        rectangles: z.array(rectangle),
      }),
      z.strictObject({
        placed: z.literal(false),
        page: z.number().int().nullable(),
        reason: z.enum(['not_in_document', 'no_boxes', 'changed', 'ambiguous']),
      }),
    ]),
    errors: ['not_found'],
  }),
};
