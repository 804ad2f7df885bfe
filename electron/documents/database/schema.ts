import type { Database } from 'better-sqlite3';

/**
 * The documents' tables in `vault.db`. Each collection has a full-text table of its own (`text_<row>`, made with the
 * collection): its word statistics are its own, a search reads nothing of other collections, and deleting it is one DROP.
 */
export const documentsMigrations = [
  {
    version: 1,
    name: 'collections, ledger, contents, chunks and their two indexes',
    up(db: Database): void {
      for (const table of tables) db.exec(table);
    },
  },
  {
    version: 2,
    name: 'passages know the attachment of a mail that they come from',
    up(db: Database): void {
      db.exec('ALTER TABLE chunks ADD COLUMN attachment TEXT');
    },
  },
];

const tables = [
  `CREATE TABLE collections (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, label TEXT,
    created_at TEXT NOT NULL
  ) STRICT`,

  // What the person handed over. `unfinished` stays 1 when a run dies, so that the next start goes on with it.
  `CREATE TABLE sources (
    collection INTEGER NOT NULL REFERENCES collections(row) ON DELETE CASCADE, path TEXT NOT NULL,
    kind TEXT NOT NULL, device TEXT, unfinished INTEGER NOT NULL, PRIMARY KEY (collection, path)
  ) STRICT, WITHOUT ROWID`,

  // A parsed text, once for all files with the same bytes and extension (.txt and .md read the same bytes differently).
  `CREATE TABLE contents (
    row INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, extension TEXT NOT NULL, format TEXT NOT NULL, title TEXT,
    paged INTEGER NOT NULL, length INTEGER NOT NULL, warnings TEXT NOT NULL, sandbox TEXT NOT NULL, pipeline INTEGER NOT NULL,
    UNIQUE (sha256, extension, pipeline)
  ) STRICT`,

  // TEXT, or UTF-16 bytes where the text holds a lone surrogate, which UTF-8 cannot keep.
  `CREATE TABLE text_pieces (
    content INTEGER NOT NULL REFERENCES contents(row) ON DELETE CASCADE, start INTEGER NOT NULL, text ANY NOT NULL,
    PRIMARY KEY (content, start)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE pages (
    content INTEGER NOT NULL REFERENCES contents(row) ON DELETE CASCADE, number INTEGER NOT NULL, label TEXT,
    start INTEGER NOT NULL, end INTEGER NOT NULL, width REAL, height REAL, blocks BLOB NOT NULL, runs BLOB,
    PRIMARY KEY (content, number)
  ) STRICT`,

  // The bytes of uploads only: a file that has a path is read from its path.
  `CREATE TABLE stored_bytes (
    sha256 TEXT NOT NULL, piece INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (sha256, piece)
  ) STRICT`,

  // The ledger: every file that was ever offered, and what became of it.
  `CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    collection INTEGER NOT NULL REFERENCES collections(row) ON DELETE CASCADE,
    path TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL, sha256 TEXT, size INTEGER NOT NULL, modified REAL,
    status TEXT NOT NULL, reason TEXT, retry INTEGER NOT NULL DEFAULT 0,
    content INTEGER REFERENCES contents(row), pages INTEGER NOT NULL DEFAULT 0, chunks INTEGER NOT NULL DEFAULT 0,
    checked_at REAL NOT NULL, indexed_at TEXT, UNIQUE (collection, path)
  ) STRICT`,
  `CREATE INDEX documents_by_content ON documents(content)`,
  `CREATE INDEX documents_by_hash ON documents(sha256)`,

  // AUTOINCREMENT: an id is never used twice, so a late answer can never point at another text.
  // input: first 16 bytes of SHA-256 over what is embedded; an unchanged passage keeps its embedding.
  `CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, page INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, header TEXT NOT NULL, input BLOB NOT NULL
  ) STRICT`,
  `CREATE INDEX chunks_by_document ON chunks(document)`,
  `CREATE INDEX chunks_by_input ON chunks(input)`,

  `CREATE TABLE embedders (
    row INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, current INTEGER NOT NULL
  ) STRICT`,

  // One index a collection and embedder. A new embedder fills a second one; the first goes when the second is whole.
  `CREATE TABLE vector_indexes (
    row INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL REFERENCES collections(row) ON DELETE CASCADE,
    embedder INTEGER NOT NULL REFERENCES embedders(row), dimensions INTEGER NOT NULL, count INTEGER NOT NULL,
    mean BLOB, coded_count INTEGER NOT NULL DEFAULT 0, UNIQUE (collection, embedder)
  ) STRICT`,
  `CREATE TABLE embeddings (
    vectors INTEGER NOT NULL REFERENCES vector_indexes(row) ON DELETE CASCADE, chunk INTEGER NOT NULL,
    scale REAL NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (vectors, chunk)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE code_segments (
    vectors INTEGER NOT NULL REFERENCES vector_indexes(row) ON DELETE CASCADE, number INTEGER NOT NULL,
    chunks BLOB NOT NULL, codes BLOB NOT NULL, PRIMARY KEY (vectors, number)
  ) STRICT`,
  `CREATE TABLE dead_codes (
    vectors INTEGER NOT NULL REFERENCES vector_indexes(row) ON DELETE CASCADE, chunk INTEGER NOT NULL,
    PRIMARY KEY (vectors, chunk)
  ) STRICT, WITHOUT ROWID`,

  // Chunks that still lack the current embedder's vector.
  `CREATE TABLE pending_embeddings (
    collection INTEGER NOT NULL REFERENCES collections(row) ON DELETE CASCADE, chunk INTEGER NOT NULL,
    document INTEGER NOT NULL, PRIMARY KEY (collection, chunk)
  ) STRICT, WITHOUT ROWID`,
];
