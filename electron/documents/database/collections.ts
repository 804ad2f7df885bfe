import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Collection } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { createTextIndex, dropTextIndex } from './text-index.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';

interface CollectionRow {
  readonly row: number;
  readonly id: string;
  readonly name: string;
  readonly label: string | null;
  readonly documents: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly failed: number;
  readonly pending: number;
}

const select = `SELECT c.row, c.id, c.name, c.label,
    count(d.row) FILTER (WHERE d.content IS NOT NULL) documents, coalesce(sum(d.chunks), 0) chunks,
    coalesce(sum(d.size) FILTER (WHERE d.content IS NOT NULL), 0) bytes, count(d.row) FILTER (WHERE d.status = 'failed') failed,
    (SELECT count(*) FROM pending_embeddings p WHERE p.collection = c.row) pending
  FROM collections c LEFT JOIN documents d ON d.collection = c.row`;

const collectionOf = (row: CollectionRow): Collection => ({
  id: row.id,
  name: row.name,
  label: row.label,
  documents: row.documents,
  chunks: row.chunks,
  embedded: row.chunks - row.pending,
  bytes: row.bytes,
  failed: row.failed,
});

/** Characters. A longer name fits in no list. */
const longestName = 200;

/** A name that a person can see, and that stays on one line. `bad_request` for any other. */
function checkName(name: string): void {
  const problem =
    name.trim() === ''
      ? 'A collection needs a name that can be seen.'
      : /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
        ? 'The name of a collection cannot have line ends or control characters.'
        : Array.from(name).length > longestName
          ? `The name of a collection can have ${longestName} characters at most.`
          : null;
  if (problem !== null) throw new CloisterError('bad_request', `${problem} Choose another one.`);
}

/** The collection's row number; `not_found` when there is none. */
export function collectionRow(sql: Statements, id: string): number {
  const found = rowOf<{ row: number }>(sql('SELECT row FROM collections WHERE id = ?').get(id));
  if (found === null) throw new CloisterError('not_found', 'There is no such collection.');
  return found.row;
}

export function createCollectionOperations(db: Database, sql: Statements, forget: (collection: number) => void) {
  const one = (id: string): Collection => {
    const row = rowOf<CollectionRow>(sql(`${select} WHERE c.id = ? GROUP BY c.row`).get(id));
    if (row === null) throw new CloisterError('not_found', 'There is no such collection.');
    return collectionOf(row);
  };

  return {
    'documents.collections': (_input: Record<string, never>): Collection[] =>
      rowsOf<CollectionRow>(sql(`${select} GROUP BY c.row ORDER BY c.name`).all()).map(collectionOf),

    'documents.collection': (input: { id: string }): Collection => one(input.id),

    'documents.createCollection': (input: { name: string; label: string | null; now: string }): Collection => {
      checkName(input.name);
      return db.transaction((): Collection => {
        if (rowOf(sql('SELECT 1 FROM collections WHERE name = ?').get(input.name)) !== null) {
          throw new CloisterError('conflict', 'A collection has this name already. Choose another one.');
        }
        const id = randomUUID();
        const insert = sql('INSERT INTO collections (id, name, label, created_at) VALUES (?, ?, ?, ?)');
        const { lastInsertRowid } = insert.run(id, input.name, input.label, input.now);
        createTextIndex(db, Number(lastInsertRowid));
        return one(id);
      })();
    },

    'documents.deleteCollection': (input: { id: string }): void => {
      const row = collectionRow(sql, input.id);
      db.transaction(() => deleteCollection(db, sql, row))();
      forget(row);
    },
  };
}

function deleteCollection(db: Database, sql: Statements, row: number): void {
  dropTextIndex(db, row);
  sql('DELETE FROM chunks WHERE document IN (SELECT row FROM documents WHERE collection = ?)').run(row);
  sql('DELETE FROM embeddings WHERE vectors IN (SELECT row FROM vector_indexes WHERE collection = ?)').run(row);
  sql('DELETE FROM collections WHERE row = ?').run(row);
  deleteOrphans(sql);
}

/** Contents and stored bytes that no document refers to any more. */
export function deleteOrphans(sql: Statements): void {
  sql('DELETE FROM contents WHERE row NOT IN (SELECT content FROM documents WHERE content IS NOT NULL)').run();
  sql(
    "DELETE FROM stored_bytes WHERE sha256 NOT IN (SELECT sha256 FROM documents WHERE origin = 'upload' AND sha256 IS NOT NULL)",
  ).run();
}
