import type { Database } from 'better-sqlite3';
import { createCollectionOperations } from './database/collections.ts';
import { createDocumentOperations } from './database/documents.ts';
import { createEmbeddingOperations } from './database/embeddings.ts';
import { Keywords } from './database/keywords.ts';
import { LoadedIndexes } from './database/loaded-indexes.ts';
import { search, type SearchInput, type SearchOutput } from './database/search.ts';
import { createSourceOperations } from './database/sources.ts';
import { createStatements } from './database/statements.ts';
import { createViewingOperations } from './database/viewing.ts';

export { documentsMigrations } from './database/schema.ts';

/** Everything the documents do in the database worker. Synchronous; one input object each. */
export function createDocumentsOperations(db: Database) {
  const sql = createStatements(db);
  const keywords = new Keywords(db, sql);
  const indexes = new LoadedIndexes(sql);
  const wanted = new Set<number>();
  const forget = (collection: number): void => {
    indexes.forget(collection);
    keywords.changed(collection);
  };

  const searchOnce = (input: SearchInput): SearchOutput => {
    const found = search({ sql, keywords, indexes }, input);
    // What people ask for is embedded first.
    if (wanted.size < 1000) for (const hit of found.hits) if (hit.cosine === null) wanted.add(hit.chunkId);
    return found;
  };

  return {
    ...createCollectionOperations(db, sql, forget),
    ...createSourceOperations(sql),
    ...createDocumentOperations(db, sql, { indexes, keywords }),
    ...createEmbeddingOperations(db, sql, indexes, wanted),
    ...createViewingOperations(sql),
    'documents.search': (input: SearchInput): SearchOutput => searchOnce(input),
    'documents.searchMany': (input: { searches: readonly SearchInput[] }): SearchOutput[] =>
      input.searches.map(searchOnce),
    /** Wipes what is held in memory for searching; the next search reads it again. */
    'documents.forgetIndexes': (_input: Record<string, never>): void => indexes.forgetAll(),
  };
}

export type DocumentsOperations = ReturnType<typeof createDocumentsOperations>;
