import Sqlite, { type Database } from 'better-sqlite3';
import type { DatabaseName } from '../types.ts';

/** KiB of decrypted pages in memory: with too few, every scan decrypts again (measured 3.4 times slower). */
const cacheSize: Readonly<Record<DatabaseName, number>> = { vault: 64 * 1024, audit: 8 * 1024 };

/** `x'<hex>'` as bytes: a string would stay in V8's heap until some later collection. */
function rawKey(key: Uint8Array): Buffer {
  const text = Buffer.alloc(3 + key.length * 2);
  text.write("x'", 0, 'latin1');
  for (const [index, byte] of key.entries()) {
    text[2 + index * 2] = '0123456789abcdef'.charCodeAt(byte >> 4);
    text[3 + index * 2] = '0123456789abcdef'.charCodeAt(byte & 15);
  }
  text.write("'", text.length - 1, 'latin1');
  return text;
}

/** In the encrypting build of better-sqlite3, not in the types of the plain one. */
type Keyed = Database & { key(key: Buffer): number };

/** SQLCipher 4's own format: AES-256-CBC with an HMAC-SHA-512 for each page, readable by other people's tools. */
function setKey(database: Database, key: Uint8Array): void {
  database.pragma("cipher = 'sqlcipher'");
  database.pragma('legacy = 4');
  const text = rawKey(key);
  (database as Keyed).key(text);
  text.fill(0);
}

/** Before anything else touches the file, and so that nothing is ever written in the clear. */
function protect(database: Database): void {
  // Sorts that spill would write plaintext to /var/tmp (seen: 26 MB of it).
  database.pragma('temp_store = MEMORY');
  database.pragma('mmap_size = 0');
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
}

/** Looks without changing: no checkpoint at close, no migration. Throws SQLite's error where the key does not fit. */
export function openToLook(path: string, key: Uint8Array): Database {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 2000 });
  setKey(database, key);
  protect(database);
  return database;
}

/** For work. See docs/decisions/vault-durability.md for `synchronous = FULL`. */
export function openToWork(path: string, name: DatabaseName, key: Uint8Array): Database {
  const database = new Sqlite(path, { fileMustExist: true, timeout: 5000 });
  setKey(database, key);
  protect(database);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // macOS: without these, fsync leaves data in the drive's own cache. Elsewhere they do nothing.
  database.pragma('fullfsync = ON');
  database.pragma('checkpoint_fullfsync = ON');
  database.pragma('secure_delete = ON');
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = ${-cacheSize[name]}`);
  database.pragma(`journal_size_limit = ${64 * 2 ** 20}`);
  return database;
}

export function checkpoint(database: Database): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}
