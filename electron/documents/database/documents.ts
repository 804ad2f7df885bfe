import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { LedgerEntry } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { splitIntoChunks } from '../split/split.ts';
import type { ParsedDocument } from '../types.ts';
import { collectionRow } from './collections.ts';
import { deleteChunks, insertChunks, knownVectors, type VectorChange } from './chunks.ts';
import { findContent, pipelineVersion, readContent, releaseContent, writeContent } from './contents.ts';
import { documentAt, documentById, entryOf, ledgerOf, type DocumentRow, type Origin } from './ledger.ts';
import type { Keywords } from './keywords.ts';
import type { LoadedIndexes } from './loaded-indexes.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';
import { releaseBytes, storeBytes } from './stored-bytes.ts';

/** What is known of a file without its text. `modified` in milliseconds; null for uploads. */
export interface FileFacts {
  readonly path: string;
  readonly name: string;
  readonly origin: Origin;
  readonly size: number;
  readonly modified: number | null;
  /** When its size and time were read, in milliseconds. */
  readonly checkedAt: number;
}

export interface HashedFile extends FileFacts {
  readonly sha256: string;
}

/** What the ledger knows, as much as telling an unchanged file takes. */
export type KnownFile = Pick<
  DocumentRow,
  'id' | 'path' | 'name' | 'origin' | 'sha256' | 'size' | 'status' | 'reason' | 'pages' | 'chunks'
> & {
  readonly modified: number | null;
  readonly checkedAt: number;
  readonly retry: boolean;
  /** Parsed and split by the present code. */
  readonly current: boolean;
};

export interface PutInput {
  readonly collectionId: string;
  readonly file: HashedFile;
  readonly parsed: ParsedDocument;
  readonly sandbox: string;
  readonly now: string;
  /** Uploads only: kept in the vault. */
  readonly bytes?: Uint8Array;
}

export interface NoteInput {
  readonly collectionId: string;
  readonly file: FileFacts & { readonly sha256: string | null };
  readonly status: 'skipped' | 'failed' | 'removed';
  readonly reason: string;
  readonly retry: boolean;
  /** The old text stays searchable: the file is there, it could only not be read this time. */
  readonly keepContent: boolean;
}

export interface SearchMemory {
  readonly indexes: LoadedIndexes;
  readonly keywords: Keywords;
}

export function createDocumentOperations(db: Database, sql: Statements, { indexes, keywords }: SearchMemory) {
  const replace = (collection: number, file: HashedFile, content: number, parsed: ParsedDocument, now: string) => {
    const chunks = splitIntoChunks(parsed, file.name);
    const known = knownVectors(sql, chunks);
    const old = documentAt(sql, collection, file.path);
    const document = old?.row ?? insertDocument(sql, collection, file);
    const removed = old === null ? [] : deleteChunks(sql, { collection, document });
    const change = insertChunks(sql, { collection, document }, chunks, known);
    sql(
      `UPDATE documents SET name = ?, origin = ?, sha256 = ?, size = ?, modified = ?, status = 'indexed', reason = ?, retry = 0,
         content = ?, pages = ?, chunks = ?, checked_at = ?, indexed_at = ? WHERE row = ?`,
    ).run(
      file.name,
      file.origin,
      file.sha256,
      file.size,
      file.modified,
      reasonOf(parsed),
      content,
      parsed.pages.length,
      chunks.length,
      file.checkedAt,
      now,
      document,
    );
    if (old !== null && old.content !== content) releaseContent(sql, old.content);
    if (old !== null && old.sha256 !== file.sha256) releaseBytes(sql, old.sha256);
    return { removed, change, entry: entryAt(sql, collection, file.path) };
  };

  const after = (collection: number, removed: readonly number[], change: VectorChange | null): void => {
    keywords.changed(collection);
    indexes.removed(collection, removed);
    if (change !== null && change.index !== null) indexes.appended(change.index.row, change.added);
  };

  const drop = db.transaction((row: DocumentRow): number[] => {
    const removed = deleteChunks(sql, { collection: row.collection, document: row.row });
    sql('UPDATE documents SET content = NULL, chunks = 0, pages = 0, indexed_at = NULL WHERE row = ?').run(row.row);
    releaseContent(sql, row.content);
    return removed;
  });

  const note = db.transaction((input: NoteInput): { collection: number; removed: number[] } => {
    const collection = collectionRow(sql, input.collectionId);
    const { file } = input;
    const old = documentAt(sql, collection, file.path);
    const kept = input.keepContent && old !== null && old.content !== null;
    const removed = old === null || kept ? [] : drop(old);
    const row = old?.row ?? insertDocument(sql, collection, file);
    // A kept text stays what it was: indexed, with its own hash; only the reason and the next try are noted.
    if (kept) sql('UPDATE documents SET reason = ?, retry = 1 WHERE row = ?').run(input.reason, row);
    else {
      sql(
        `UPDATE documents SET name = ?, sha256 = ?, size = ?, modified = ?, status = ?, reason = ?, retry = ?, checked_at = ? WHERE row = ?`,
      ).run(
        file.name,
        file.sha256,
        file.size,
        file.modified,
        input.status,
        input.reason,
        input.retry ? 1 : 0,
        file.checkedAt,
        row,
      );
      if (old !== null && old.sha256 !== file.sha256) releaseBytes(sql, old.sha256);
    }
    return { collection, removed };
  });

  return {
    'documents.ledger': (input: { collectionId: string }): LedgerEntry[] =>
      ledgerOf(sql, collectionRow(sql, input.collectionId)),

    'documents.known': (input: { collectionId: string }): KnownFile[] =>
      rowsOf<DocumentRow & { pipeline: number | null }>(
        sql(
          'SELECT d.*, c.pipeline FROM documents d LEFT JOIN contents c ON c.row = d.content WHERE d.collection = ? ORDER BY d.path',
        ).all(collectionRow(sql, input.collectionId)),
      ).map(knownOf),

    /** Takes in a parsed file: text, passages and keywords in one transaction, so that there is the old or the new. */
    'documents.put': (input: PutInput): LedgerEntry => {
      const collection = collectionRow(sql, input.collectionId);
      const done = db.transaction(() => {
        const { file, parsed } = input;
        const content =
          findContent(sql, file.sha256, file.name)?.row ??
          writeContent(sql, { ...file, sandbox: input.sandbox }, parsed);
        if (input.bytes !== undefined) storeBytes(sql, file.sha256, input.bytes);
        return replace(collection, file, content, parsed, input.now);
      })();
      after(collection, done.removed, done.change);
      return done.entry;
    },

    /** Takes in a file whose bytes were parsed before, here or in another collection. Null when they were not. */
    'documents.reuse': (input: {
      collectionId: string;
      file: HashedFile;
      now: string;
      bytes?: Uint8Array;
    }): LedgerEntry | null => {
      const collection = collectionRow(sql, input.collectionId);
      const done = db.transaction(() => {
        const content = findContent(sql, input.file.sha256, input.file.name);
        if (content === null) return null;
        if (input.bytes !== undefined) storeBytes(sql, input.file.sha256, input.bytes);
        return replace(collection, input.file, content.row, readContent(sql, content), input.now);
      })();
      if (done === null) return null;
      after(collection, done.removed, done.change);
      return done.entry;
    },

    /** Writes down why a file is not in the index. */
    'documents.note': (input: NoteInput): LedgerEntry => {
      const { collection, removed } = note(input);
      after(collection, removed, null);
      return entryAt(sql, collection, input.file.path);
    },

    /** The same bytes with another time. */
    'documents.touch': (input: { documentId: string; modified: number | null; checkedAt: number }): void => {
      sql(
        'UPDATE documents SET modified = ?, checked_at = ?, reason = CASE WHEN retry = 1 THEN NULL ELSE reason END, retry = 0 WHERE id = ?',
      ).run(input.modified, input.checkedAt, input.documentId);
    },

    /** The same bytes at another place: the document keeps its id and its citations. */
    'documents.move': (input: { documentId: string; file: HashedFile }): LedgerEntry => {
      const row = required(sql, input.documentId);
      db.transaction(() => {
        const stale = documentAt(sql, row.collection, input.file.path);
        if (stale !== null && stale.content === null) sql('DELETE FROM documents WHERE row = ?').run(stale.row);
        sql('UPDATE documents SET path = ?, name = ?, modified = ?, checked_at = ? WHERE row = ?').run(
          input.file.path,
          input.file.name,
          input.file.modified,
          input.file.checkedAt,
          row.row,
        );
      })();
      return entryAt(sql, row.collection, input.file.path);
    },

    /** Takes a document out altogether, with its row of the ledger. */
    'documents.remove': (input: { documentId: string }): { collectionId: string } => {
      const row = required(sql, input.documentId);
      const removed = db.transaction(() => {
        const ids = drop(row);
        sql('DELETE FROM documents WHERE row = ?').run(row.row);
        releaseBytes(sql, row.sha256);
        return ids;
      })();
      after(row.collection, removed, null);
      const found = rowOf<{ id: string }>(sql('SELECT id FROM collections WHERE row = ?').get(row.collection));
      return { collectionId: found?.id ?? '' };
    },
  };
}

function required(sql: Statements, id: string): DocumentRow {
  const row = documentById(sql, id);
  if (row === null) throw new CloisterError('not_found', 'There is no such document.');
  return row;
}

function insertDocument(sql: Statements, collection: number, file: FileFacts): number {
  const insert = sql(
    `INSERT INTO documents (id, collection, path, name, origin, size, modified, status, checked_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'failed', ?)`,
  );
  const id = randomUUID();
  return Number(
    insert.run(id, collection, file.path, file.name, file.origin, file.size, file.modified, file.checkedAt)
      .lastInsertRowid,
  );
}

function entryAt(sql: Statements, collection: number, path: string): LedgerEntry {
  const row = documentAt(sql, collection, path);
  if (row === null) throw new RangeError('The row was written a moment ago.');
  const waiting = sql(
    'SELECT count(*) n FROM chunks c CROSS JOIN pending_embeddings p ON p.collection = ? AND p.chunk = c.id WHERE c.document = ?',
  );
  return entryOf(row, rowOf<{ n: number }>(waiting.get(collection, row.row))?.n ?? 0);
}

/** Warnings of the parser stand in the ledger beside a file that was taken in. */
const reasonOf = (parsed: ParsedDocument): string | null =>
  parsed.warnings.length === 0 ? null : parsed.warnings.join(' ');

function knownOf(row: DocumentRow & { pipeline: number | null }): KnownFile {
  const { id, path, name, origin, sha256, size, status, reason, pages, chunks, modified } = row;
  const current = row.content === null || row.pipeline === pipelineVersion;
  return {
    id,
    path,
    name,
    origin,
    sha256,
    size,
    status,
    reason,
    pages,
    chunks,
    modified,
    checkedAt: row.checked_at,
    retry: row.retry === 1,
    current,
  };
}
