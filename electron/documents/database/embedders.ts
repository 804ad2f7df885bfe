import { rowOf, rowsOf, type Statements } from './statements.ts';

export interface VectorIndexRow {
  readonly row: number;
  readonly collection: number;
  readonly embedder: number;
  readonly dimensions: number;
  readonly count: number;
  readonly mean: Buffer | null;
  readonly coded_count: number;
}

export function currentEmbedder(sql: Statements): { row: number; digest: string } | null {
  return rowOf(sql('SELECT row, digest FROM embedders WHERE current = 1').get());
}

/**
 * Makes an embedder the current one. When it was another before, every chunk without its vector waits for one; the old
 * vectors stay until the new ones are whole, so that going back costs nothing.
 */
export function useEmbedder(sql: Statements, embedder: { name: string; digest: string }): void {
  if (currentEmbedder(sql)?.digest === embedder.digest) return;
  sql('UPDATE embedders SET current = 0 WHERE current = 1').run();
  sql(
    `INSERT INTO embedders (digest, name, current) VALUES (?, ?, 1)
     ON CONFLICT (digest) DO UPDATE SET current = 1, name = excluded.name`,
  ).run(embedder.digest, embedder.name);
  sql('DELETE FROM pending_embeddings').run();
  sql(
    `INSERT INTO pending_embeddings (collection, chunk, document)
     SELECT d.collection, c.id, d.row FROM chunks c JOIN documents d ON d.row = c.document
     WHERE NOT EXISTS (
       SELECT 1 FROM embeddings e JOIN vector_indexes v ON v.row = e.vectors JOIN embedders m ON m.row = v.embedder
       WHERE e.chunk = c.id AND v.collection = d.collection AND m.current = 1)`,
  ).run();
  const collections = rowsOf<{ row: number }>(sql('SELECT row FROM collections').all());
  for (const { row } of collections) dropOldIndexes(sql, row);
}

export function vectorIndex(sql: Statements, collection: number, digest: string): VectorIndexRow | null {
  return rowOf<VectorIndexRow>(
    sql(
      'SELECT v.* FROM vector_indexes v JOIN embedders m ON m.row = v.embedder WHERE v.collection = ? AND m.digest = ?',
    ).get(collection, digest),
  );
}

export function ensureVectorIndex(
  sql: Statements,
  collection: number,
  digest: string,
  dimensions: number,
): VectorIndexRow {
  sql(
    `INSERT INTO vector_indexes (collection, embedder, dimensions, count)
     SELECT ?, row, ?, 0 FROM embedders WHERE digest = ? ON CONFLICT DO NOTHING`,
  ).run(collection, dimensions, digest);
  const found = vectorIndex(sql, collection, digest);
  if (found === null) throw new RangeError('Vectors came from an embedder that is not known.');
  return found;
}

/** The vectors of former embedders go when nothing of the collection waits for the current one. */
export function dropOldIndexes(sql: Statements, collection: number): void {
  const waits = sql('SELECT 1 FROM pending_embeddings WHERE collection = ? LIMIT 1').get(collection);
  if (waits !== undefined) return;
  sql(
    `DELETE FROM vector_indexes WHERE collection = ?
     AND embedder IN (SELECT row FROM embedders WHERE current = 0)
     AND EXISTS (SELECT 1 FROM embedders WHERE current = 1)`,
  ).run(collection);
}
