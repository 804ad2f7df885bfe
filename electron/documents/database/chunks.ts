import { createHash } from 'node:crypto';
import type { Chunk } from '../types.ts';
import { currentEmbedder, ensureVectorIndex, type VectorIndexRow } from './embedders.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';
import { indexText, unindexText } from './text-index.ts';
import { addVectors, deleteVectors, type NewVector } from './vectors.ts';

/** What is embedded: the header gives a passage its place, the text its content. */
export const embeddingInput = (chunk: Pick<Chunk, 'header' | 'text'>): string => `${chunk.header}\n${chunk.text}`;

const inputHash = (chunk: Chunk): Buffer => createHash('sha256').update(embeddingInput(chunk)).digest().subarray(0, 16);

/** What changed in memory once the transaction is through. */
export interface VectorChange {
  readonly index: VectorIndexRow | null;
  readonly added: readonly NewVector[];
}

export interface Place {
  readonly collection: number;
  readonly document: number;
}

/** Writes the passages of one document into both indexes; those embedded before under the same text keep their vectors. */
export function insertChunks(
  sql: Statements,
  place: Place,
  chunks: readonly Chunk[],
  known: KnownVectors,
): VectorChange {
  const insert = sql(
    'INSERT INTO chunks (document, page, start, end, header, input, attachment) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const wait = sql('INSERT INTO pending_embeddings (collection, chunk, document) VALUES (?, ?, ?)');
  const added: NewVector[] = [];
  for (const chunk of chunks) {
    const input = inputHash(chunk);
    const { page, start, end, header, attachment = null } = chunk;
    const { lastInsertRowid } = insert.run(place.document, page, start, end, header, input, attachment);
    const id = Number(lastInsertRowid);
    indexText(sql, place.collection, id, chunk.header, chunk.text);
    const vector = known.get(input.toString('hex'));
    if (vector === undefined) wait.run(place.collection, id, place.document);
    else added.push({ chunk: id, vector });
  }
  return addKnown(sql, place.collection, added);
}

function addKnown(sql: Statements, collection: number, added: readonly NewVector[]): VectorChange {
  const embedder = currentEmbedder(sql);
  const dimensions = added[0]?.vector.bytes.length;
  if (embedder === null || dimensions === undefined) return { index: null, added: [] };
  const index = ensureVectorIndex(sql, collection, embedder.digest, dimensions);
  addVectors(sql, index, added);
  return { index, added };
}

export type KnownVectors = ReadonlyMap<string, NewVector['vector']>;

/** Vectors of the current embedder for these passages, wherever the same text was embedded before. */
export function knownVectors(sql: Statements, chunks: readonly Chunk[]): KnownVectors {
  const known = new Map<string, NewVector['vector']>();
  if (currentEmbedder(sql) === null) return known;
  const select = sql(
    `SELECT e.scale, e.bytes FROM chunks c JOIN documents d ON d.row = c.document
     JOIN vector_indexes v ON v.collection = d.collection JOIN embedders m ON m.row = v.embedder AND m.current = 1
     JOIN embeddings e ON e.vectors = v.row AND e.chunk = c.id WHERE c.input = ? LIMIT 1`,
  );
  for (const chunk of chunks) {
    const input = inputHash(chunk);
    const row = rowOf<{ scale: number; bytes: Buffer }>(select.get(input));
    if (row !== null)
      known.set(input.toString('hex'), {
        scale: row.scale,
        bytes: Int8Array.from(new Int8Array(row.bytes.buffer, row.bytes.byteOffset, row.bytes.length)),
      });
  }
  return known;
}

/** Takes a document's passages out of every index. Returns their ids. */
export function deleteChunks(sql: Statements, place: Place): number[] {
  const ids = rowsOf<{ id: number }>(sql('SELECT id FROM chunks WHERE document = ?').all(place.document)).map(
    ({ id }) => id,
  );
  for (const id of ids) unindexText(sql, place.collection, id);
  deleteVectors(sql, place.collection, ids);
  const unwait = sql('DELETE FROM pending_embeddings WHERE collection = ? AND chunk = ?');
  for (const id of ids) unwait.run(place.collection, id);
  sql('DELETE FROM chunks WHERE document = ?').run(place.document);
  return ids;
}
