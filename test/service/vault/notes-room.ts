import type { Database } from 'better-sqlite3';
import type { DatabaseRoom, Migration } from '../../../electron/vault/types.ts';

/** A small room of the tests' own: nothing of the application's tables is needed to prove the vault. */
export const notesMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'notes',
    up: (db) => db.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT'),
  },
];

export const secondMigration: Migration = {
  version: 2,
  name: 'stars',
  up: (db) => db.exec('ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 0'),
};

export function createNotesOperations(db: Database) {
  return {
    'notes.add': ({ text }: { text: string }) =>
      Number(db.prepare('INSERT INTO notes (text) VALUES (?)').run(text).lastInsertRowid),
    'notes.list': (_: null) => db.prepare<[], string>('SELECT text FROM notes ORDER BY id').pluck().all(),
    'notes.count': (_: null) => db.prepare<[], number>('SELECT count(*) FROM notes').pluck().get() ?? 0,
    'notes.fill': ({ rows, text }: { rows: number; text: string }) => {
      const insert = db.prepare('INSERT INTO notes (text) VALUES (?)');
      db.transaction(() => {
        for (let row = 0; row < rows; row++) insert.run(`${text} ${row} ${'x'.repeat(200)}`);
      })();
    },
    /** A sort far larger than SQLite's cache: it spills. */
    'notes.sort': (_: null) =>
      db
        .prepare<[], number>(
          "SELECT count(*) FROM (SELECT text || 'z' AS t FROM notes ORDER BY reverse_of(t), t LIMIT -1 OFFSET 5)",
        )
        .pluck()
        .get() ?? 0,
    'notes.pragmas': (_: null) =>
      Object.fromEntries(
        [
          'temp_store',
          'mmap_size',
          'secure_delete',
          'foreign_keys',
          'synchronous',
          'journal_mode',
          'trusted_schema',
          'cell_size_check',
          'cipher',
        ].map((name) => [name, db.pragma(name, { simple: true })]),
      ),
    'notes.search': ({ word }: { word: string }) => db.prepare('SELECT * FROM nowhere WHERE text = ?').all(word),
    'notes.echo': (value: unknown) => value,
    'notes.die': (_: null) => process.exit(3),
    'notes.slow': ({ ms }: { ms: number }) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
  };
}

export type NotesTable = ReturnType<typeof createNotesOperations>;

export const notesRoom = (migrations: readonly Migration[] = notesMigrations): DatabaseRoom<NotesTable> => ({
  name: 'notes',
  database: 'vault',
  migrations,
  operations: (db) => {
    db.function('reverse_of', { deterministic: true }, (text) => String(text).split('').reverse().join(''));
    return createNotesOperations(db);
  },
});

export const recordRoom: DatabaseRoom = {
  name: 'record',
  database: 'audit',
  migrations: [
    { version: 1, name: 'entries', up: (db) => db.exec('CREATE TABLE entries (entry TEXT NOT NULL) STRICT') },
  ],
  operations: () => ({}),
};
