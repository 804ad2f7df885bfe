import type { LedgerEntry } from '../../../shared/contract/types.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';

export type Origin = 'path' | 'upload';

/** One row of the ledger as it is kept. `retry`: the reason may pass by itself, so the file is tried again each time. */
export interface DocumentRow {
  readonly row: number;
  readonly id: string;
  readonly collection: number;
  readonly path: string;
  readonly name: string;
  readonly origin: Origin;
  readonly sha256: string | null;
  readonly size: number;
  readonly modified: number | null;
  readonly status: 'indexed' | 'skipped' | 'failed' | 'removed';
  readonly reason: string | null;
  readonly retry: number;
  readonly content: number | null;
  readonly pages: number;
  readonly chunks: number;
  readonly checked_at: number;
  readonly indexed_at: string | null;
}

export const documentById = (sql: Statements, id: string): DocumentRow | null =>
  rowOf(sql('SELECT * FROM documents WHERE id = ?').get(id));

export const documentAt = (sql: Statements, collection: number, path: string): DocumentRow | null =>
  rowOf(sql('SELECT * FROM documents WHERE collection = ? AND path = ?').get(collection, path));

export function entryOf(row: DocumentRow, pending: number): LedgerEntry {
  return {
    documentId: row.id,
    path: row.path,
    name: row.name,
    status: row.status,
    reason: row.reason,
    pages: row.pages,
    chunks: row.chunks,
    embedded: row.chunks - pending,
    bytes: row.size,
    indexedAt: row.indexed_at,
  };
}

export function ledgerOf(sql: Statements, collection: number): LedgerEntry[] {
  const waiting = sql('SELECT document, count(*) n FROM pending_embeddings WHERE collection = ? GROUP BY document');
  const pending = new Map(
    rowsOf<{ document: number; n: number }>(waiting.all(collection)).map((row) => [row.document, row.n]),
  );
  const documents = rowsOf<DocumentRow>(
    sql('SELECT * FROM documents WHERE collection = ? ORDER BY path').all(collection),
  );
  return documents.map((row) => entryOf(row, pending.get(row.row) ?? 0));
}
