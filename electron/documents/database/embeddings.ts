import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CloisterError } from '../../../shared/errors.ts';
import { normalise, toBytes } from '../vector/quantise.ts';
import { embeddingInput } from './chunks.ts';
import { collectionRow } from './collections.ts';
import { currentEmbedder, dropOldIndexes, ensureVectorIndex, useEmbedder } from './embedders.ts';
import type { LoadedIndexes } from './loaded-indexes.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';
import { readText } from './text.ts';
import { addVectors } from './vectors.ts';

export interface PendingChunk {
  readonly chunk: number;
  readonly collectionId: string;
  /** Header and text, as they are to be embedded. */
  readonly input: string;
}

/** `wanted`: passages that were found by keyword and still lack a vector; they go first. */
export function createEmbeddingOperations(db: Database, sql: Statements, indexes: LoadedIndexes, wanted: Set<number>) {
  const putOne = (collection: number, digest: string, vectors: readonly { chunk: number; vector: Float32Array }[]) => {
    const done = sql('DELETE FROM pending_embeddings WHERE collection = ? AND chunk = ?');
    // A chunk that no longer waits was deleted while its vector was made.
    const added = vectors
      .filter(({ chunk }) => done.run(collection, chunk).changes > 0)
      .map(({ chunk, vector }) => ({ chunk, vector: toBytes(normalise(vector)) }));
    const dimensions = added[0]?.vector.bytes.length;
    if (dimensions === undefined) return { index: null, added };
    const index = ensureVectorIndex(sql, collection, digest, dimensions);
    if (added.some(({ vector }) => vector.bytes.length !== index.dimensions)) {
      throw new CloisterError('conflict', 'The embedding model answers with vectors of another size than before.');
    }
    addVectors(sql, index, added);
    dropOldIndexes(sql, collection);
    return { index, added };
  };

  return {
    'documents.useEmbedder': (input: { name: string; digest: string }): void =>
      db.transaction(() => useEmbedder(sql, input))(),

    'documents.pending': (input: { collectionId: string | null; limit: number }): PendingChunk[] => {
      const collection = input.collectionId === null ? null : collectionRow(sql, input.collectionId);
      const rows = [...takeWanted(sql, wanted, collection, input.limit), ...waiting(sql, collection, input.limit)];
      const unique = new Map(rows.map((row) => [row.chunk, row]));
      return [...unique.values()].slice(0, input.limit).map((row) => pendingOf(sql, row));
    },

    /** What waits of the files at or below these paths, in the order in which it came. */
    'documents.pendingBelow': (input: { collectionId: string; paths: readonly string[] }): number[] => {
      const collection = collectionRow(sql, input.collectionId);
      const documents = documentsBelow(sql, collection, new Set(input.paths));
      return rowsOf<{ chunk: number; document: number }>(
        sql('SELECT chunk, document FROM pending_embeddings WHERE collection = ?').all(collection),
      ).flatMap(({ chunk, document }) => (documents.has(document) ? [chunk] : []));
    },

    /** Of these passages those that still wait. */
    'documents.pendingAmong': (input: { collectionId: string; chunks: readonly number[] }): PendingChunk[] => {
      const collection = collectionRow(sql, input.collectionId);
      const one = sql(selectOne);
      const rows = input.chunks.flatMap((chunk) => rowOf<WaitingRow>(one.get(chunk, collection)) ?? []);
      return rows.map((row) => pendingOf(sql, row));
    },

    'documents.pendingCount': (input: { collectionId: string | null }): number => {
      const where = input.collectionId === null ? [] : [collectionRow(sql, input.collectionId)];
      const condition = where.length === 0 ? '' : ' WHERE collection = ?';
      return rowOf<{ n: number }>(sql(`SELECT count(*) n FROM pending_embeddings${condition}`).get(...where))?.n ?? 0;
    },

    /** Adds vectors of one batch in one transaction. Vectors of another embedder than the current one are refused. */
    'documents.putEmbeddings': (input: {
      digest: string;
      vectors: readonly { chunk: number; collectionId: string; vector: Float32Array }[];
    }): number => {
      if (currentEmbedder(sql)?.digest !== input.digest) {
        throw new CloisterError('conflict', 'The embedding model was changed meanwhile.');
      }
      const byCollection = Map.groupBy(input.vectors, ({ collectionId }) => collectionRow(sql, collectionId));
      const results = db.transaction(() =>
        [...byCollection].map(([collection, vectors]) => putOne(collection, input.digest, vectors)),
      )();
      for (const { index, added } of results) if (index !== null) indexes.appended(index.row, added);
      return results.reduce((sum, { added }) => sum + added.length, 0);
    },
  };
}

interface WaitingRow {
  readonly chunk: number;
  readonly collection: string;
  readonly content: number;
  readonly header: string;
  readonly start: number;
  readonly end: number;
}

const pendingOf = (sql: Statements, { chunk, collection, content, header, start, end }: WaitingRow): PendingChunk => ({
  chunk,
  collectionId: collection,
  input: embeddingInput({ header, text: readText(sql, content, start, end) }),
});

function documentsBelow(sql: Statements, collection: number, paths: ReadonlySet<string>): Set<number> {
  const all = sql('SELECT row, path FROM documents WHERE collection = ? AND content IS NOT NULL').all(collection);
  const below = rowsOf<{ row: number; path: string }>(all).filter(({ path }) => {
    for (let at = path; ; at = dirname(at)) {
      if (paths.has(at)) return true;
      if (dirname(at) === at) return false;
    }
  });
  return new Set(below.map(({ row }) => row));
}

const columns = 'SELECT p.chunk, k.id collection, d.content, c.header, c.start, c.end';
// CROSS JOIN keeps the order: from the waiting to their texts, and for one passage the other way round.
const select = `${columns} FROM pending_embeddings p CROSS JOIN chunks c ON c.id = p.chunk
  JOIN documents d ON d.row = c.document JOIN collections k ON k.row = p.collection`;
const selectOne = `${columns} FROM chunks c CROSS JOIN documents d ON d.row = c.document
  JOIN pending_embeddings p ON p.collection = d.collection AND p.chunk = c.id JOIN collections k ON k.row = p.collection
  WHERE c.id = ? AND d.collection = coalesce(?, d.collection)`;

const waiting = (sql: Statements, collection: number | null, limit: number): WaitingRow[] =>
  rowsOf(
    collection === null
      ? sql(`${select} LIMIT ?`).all(limit)
      : sql(`${select} WHERE p.collection = ? LIMIT ?`).all(collection, limit),
  );

function takeWanted(sql: Statements, wanted: Set<number>, collection: number | null, limit: number): WaitingRow[] {
  const one = sql(selectOne);
  const rows: WaitingRow[] = [];
  for (const chunk of wanted) {
    if (rows.length >= limit) break;
    wanted.delete(chunk);
    const row = rowOf<WaitingRow>(one.get(chunk, collection));
    if (row !== null) rows.push(row);
  }
  return rows;
}
