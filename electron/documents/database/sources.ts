import { collectionRow } from './collections.ts';
import { rowsOf, type Statements } from './statements.ts';

/** A file or folder the person handed over. `device` tells an unplugged drive from an emptied folder. */
export interface Source {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly device: string | null;
}

export function createSourceOperations(sql: Statements) {
  return {
    'documents.sources': (input: { collectionId: string }): Source[] =>
      rowsOf(
        sql('SELECT path, kind, device FROM sources WHERE collection = ? ORDER BY path').all(
          collectionRow(sql, input.collectionId),
        ),
      ),

    /** Written before a run begins, so that one that dies is known of. */
    'documents.beginRun': (input: { collectionId: string; sources: readonly Source[] }): void => {
      const collection = collectionRow(sql, input.collectionId);
      const write = sql(
        `INSERT INTO sources (collection, path, kind, device, unfinished) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET unfinished = 1`,
      );
      for (const { path, kind, device } of input.sources) write.run(collection, path, kind, device);
    },

    /** `seen`: sources that were there, as they are now. One that could not be reached keeps what was known of it. */
    'documents.finishRun': (input: { collectionId: string; seen: readonly Source[] }): void => {
      const collection = collectionRow(sql, input.collectionId);
      const update = sql('UPDATE sources SET kind = ?, device = ? WHERE collection = ? AND path = ?');
      for (const { path, kind, device } of input.seen) update.run(kind, device, collection, path);
      sql('UPDATE sources SET unfinished = 0 WHERE collection = ?').run(collection);
    },

    'documents.removeSource': (input: { collectionId: string; path: string }): void => {
      sql('DELETE FROM sources WHERE collection = ? AND path = ?').run(
        collectionRow(sql, input.collectionId),
        input.path,
      );
    },

    /** Runs that did not come to their end. */
    'documents.unfinishedRuns': (_input: Record<string, never>): { collectionId: string; path: string }[] =>
      rowsOf(
        sql(
          'SELECT c.id collectionId, s.path FROM sources s JOIN collections c ON c.row = s.collection WHERE s.unfinished = 1',
        ).all(),
      ),
  };
}
