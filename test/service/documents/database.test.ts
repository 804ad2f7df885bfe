import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDocumentsOperations, documentsMigrations } from '../../../electron/documents/database.ts';
import {
  currentEmbedder,
  ensureVectorIndex,
  useEmbedder,
  vectorIndex,
} from '../../../electron/documents/database/embedders.ts';
import { Keywords } from '../../../electron/documents/database/keywords.ts';
import { writeContent } from '../../../electron/documents/database/contents.ts';
import { readPage } from '../../../electron/documents/database/pages.ts';
import { createStatements } from '../../../electron/documents/database/statements.ts';
import { readText } from '../../../electron/documents/database/text.ts';
import { addVectors, codesFrom, deleteVectors, loadIndex } from '../../../electron/documents/database/vectors.ts';
import type { ParsedDocument } from '../../../electron/documents/types.ts';
import { normalise, toBytes } from '../../../electron/documents/vector/quantise.ts';

const opened: { db: Database; folder: string }[] = [];
afterEach(() => {
  for (const { db, folder } of opened.splice(0)) {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The tables alone, encrypted as in the worker. */
function newDatabase(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-tables-'));
  const db = new Sqlite(join(folder, 'vault.db'));
  opened.push({ db, folder });
  db.pragma("cipher = 'sqlcipher'");
  db.pragma(`key = "x'${'5a'.repeat(32)}'"`);
  for (const pragma of ['temp_store = MEMORY', 'journal_mode = WAL', 'foreign_keys = ON', 'trusted_schema = OFF'])
    db.pragma(pragma);
  for (const migration of documentsMigrations) migration.up(db);
  return db;
}

const plain = (text: string): ParsedDocument => ({
  format: 'text',
  paged: false,
  text,
  pages: [{ number: 1, start: 0, end: text.length }],
  blocks: [...text.matchAll(/[^\n]+/gu)].map((match) => ({
    kind: 'paragraph',
    page: 1,
    start: match.index,
    end: match.index + match[0].length,
  })),
  warnings: [],
});

const file = (name: string, sha256: string) =>
  ({ path: `/${name}`, name, origin: 'path', size: 1, modified: 1, checkedAt: 1, sha256 }) as const;

describe('stored texts', () => {
  it('come back unit for unit, whole and in any piece, lone surrogates and NULs included', () => {
    const db = newDatabase();
    const sql = createStatements(db);
    let row = 0;
    const unit = fc.constantFrom('a', 'é', '語', '😀', '\ud83d', '\ude00', '\u0000', '\n');
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 60 }),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.nat(),
        (units, times, a, b) => {
          const text = units.join('').repeat(times);
          const content = writeContent(
            sql,
            { sha256: `h${(row += 1)}`, name: 'a.txt', sandbox: 'namespace' },
            plain(text),
          );
          const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number];
          expect(readText(sql, content, 0, text.length) === text).toBe(true);
          expect(readText(sql, content, start, end) === text.slice(start, end)).toBe(true);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('keep blocks and the places of their words', () => {
    const sql = createStatements(newDatabase());
    const parsed: ParsedDocument = {
      ...plain('One two'),
      paged: true,
      pages: [{ number: 1, label: 'iv', start: 0, end: 7, width: 595.28, height: 841.89 }],
      blocks: [
        {
          kind: 'heading',
          page: 1,
          start: 0,
          end: 3,
          level: 2,
          headings: ['A'],
          locator: 'x!A1',
          runs: [[0, 3, 72.1, 80.25, 30.5, 12]],
        },
        { kind: 'paragraph', page: 1, start: 4, end: 7 },
      ],
    };
    const content = writeContent(sql, { sha256: 'h', name: 'a.pdf', sandbox: 'namespace' }, parsed);
    expect(readPage(sql, content, 1)).toEqual({ page: parsed.pages[0], blocks: parsed.blocks });
    expect(readPage(sql, content, 2)).toBeNull();
  });
});

describe('the name of a collection', () => {
  const create = (name: string) =>
    createDocumentsOperations(newDatabase())['documents.createCollection']({ name, label: null, now: 'now' }).name;

  it.each(['', '  \t', 'a\nb', 'a\u0000b', 'a\u001b[2J', 'a\u0085b', 'a\u2028b', 'x'.repeat(201)])(
    'is not %j',
    (name) => {
      expect(() => create(name)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );

  it.each(['a', '契約書 2026', '😀'.repeat(200)])('may be %j', (name) => {
    expect(create(name)).toBe(name);
  });
});

describe('a document', () => {
  it('leaves nothing behind when it is removed, and its collection nothing at all', () => {
    const db = newDatabase();
    const operations = createDocumentsOperations(db);
    const { id } = operations['documents.createCollection']({ name: 'c', label: null, now: 'now' });
    operations['documents.useEmbedder']({ name: 'm', digest: 'd' });
    const put = (name: string) =>
      operations['documents.put']({
        collectionId: id,
        file: { ...file(name, name), origin: 'upload' },
        parsed: plain(`words of ${name}`),
        sandbox: 'x',
        now: 'now',
        bytes: new Uint8Array(3),
      });
    const entry = put('one');
    put('two');
    const pending = operations['documents.pending']({ collectionId: null, limit: 10 });
    operations['documents.putEmbeddings']({
      digest: 'd',
      vectors: pending.map(({ chunk, collectionId }) => ({ chunk, collectionId, vector: new Float32Array([1, 2, 3]) })),
    });
    const tables = ['documents', 'contents', 'text_pieces', 'pages', 'chunks', 'embeddings', 'stored_bytes'];
    const counts = (): number[] =>
      tables.map((table) => (db.prepare(`SELECT count(*) n FROM ${table}`).get() as { n: number }).n);
    expect(counts()).toEqual([2, 2, 2, 2, 2, 2, 2]);
    operations['documents.remove']({ documentId: entry.documentId ?? '' });
    expect(counts()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    operations['documents.deleteCollection']({ id });
    expect(counts()).toEqual([0, 0, 0, 0, 0, 0, 0]);
    const left = db
      .prepare("SELECT name FROM sqlite_master WHERE name LIKE 'text\\_%' ESCAPE '\\' AND name NOT LIKE 'text_pieces%'")
      .all();
    expect(left).toEqual([]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  it('is not changed when taking in the new one fails half-way', () => {
    const db = newDatabase();
    const operations = createDocumentsOperations(db);
    const { id } = operations['documents.createCollection']({ name: 'c', label: null, now: 'now' });
    operations['documents.put']({
      collectionId: id,
      file: file('a', 'h1'),
      parsed: plain('the old words'),
      sandbox: 'x',
      now: 'now',
    });
    db.exec("CREATE TRIGGER full BEFORE UPDATE ON documents BEGIN SELECT raise(ABORT, 'no room'); END");
    const put = () =>
      operations['documents.put']({
        collectionId: id,
        file: file('a', 'h2'),
        parsed: plain('the new words'),
        sandbox: 'x',
        now: 'now',
      });
    expect(put).toThrow('no room');
    db.exec('DROP TRIGGER full');
    const search = (text: string) =>
      operations['documents.search']({
        collectionIds: [id],
        texts: [text],
        vectors: [],
        digest: null,
        k: 5,
        mode: 'keyword',
      }).hits;
    expect(search('old').map((hit) => hit.text)).toEqual(['the old words']);
    expect(search('new')).toEqual([]);
  });

  it('refuses vectors of an embedder that is not the current one, and of another size', () => {
    const operations = createDocumentsOperations(newDatabase());
    const { id } = operations['documents.createCollection']({ name: 'c', label: null, now: 'now' });
    operations['documents.put']({
      collectionId: id,
      file: file('a', 'h1'),
      parsed: plain('one\n\ntwo'),
      sandbox: 'x',
      now: 'now',
    });
    operations['documents.useEmbedder']({ name: 'm', digest: 'd' });
    const [first] = operations['documents.pending']({ collectionId: id, limit: 1 });
    const put = (digest: string, vector: Float32Array) =>
      operations['documents.putEmbeddings']({ digest, vectors: [{ chunk: first!.chunk, collectionId: id, vector }] });
    expect(() => put('other', new Float32Array(4))).toThrow('changed meanwhile');
    expect(put('d', new Float32Array([1, 0, 0, 0]))).toBe(1);
    expect(put('d', new Float32Array([1, 0, 0, 0]))).toBe(0);
    const wrong = {
      collectionIds: [id],
      texts: ['one'],
      vectors: [new Float32Array(7)],
      digest: 'd',
      k: 1,
      mode: 'hybrid',
    } as const;
    expect(() => operations['documents.search'](wrong)).toThrow('another size');
  });
});

describe('words that are too common', () => {
  it('are left out of a large collection while rarer ones remain', () => {
    const db = newDatabase();
    const operations = createDocumentsOperations(db);
    const { id } = operations['documents.createCollection']({ name: 'c', label: null, now: 'now' });
    db.pragma('synchronous = OFF');
    const insert = db.prepare('INSERT INTO text_1 (rowid, header, body) VALUES (?, ?, ?)');
    db.transaction(() => {
      for (let at = 1; at <= 60_000; at += 1)
        insert.run(at, '', at % 10 === 0 ? 'invoice gravel' : at === 77 ? 'zebra invoice' : 'sand');
    })();
    operations['documents.put']({
      collectionId: id,
      file: file('a', 'h'),
      parsed: plain('x'),
      sandbox: 'x',
      now: 'now',
    });
    db.prepare('UPDATE documents SET chunks = 60000').run();
    const keywords = new Keywords(db, createStatements(db));
    expect(keywords.frequency(1, 'invoices')).toBe(6001);
    expect(keywords.search(1, 'zebra invoices', 10).map(({ chunk }) => chunk)).toEqual([77]);
    expect(keywords.search(1, 'gravel invoices', 10)).toHaveLength(10);
    expect(keywords.search(1, 'nothing like it', 10)).toEqual([]);
  });
});

describe('a large index', () => {
  it('turns to codes, follows changes, and is read again as it was', { timeout: 120_000 }, () => {
    const db = newDatabase();
    db.pragma('synchronous = OFF');
    const sql = createStatements(db);
    createDocumentsOperations(db)['documents.createCollection']({ name: 'c', label: null, now: 'now' });
    useEmbedder(sql, { name: 'm', digest: 'd' });
    expect(currentEmbedder(sql)?.digest).toBe('d');
    const dimensions = 32;
    const noise = (chunk: number, at: number): number => {
      const mixed = Math.imul(Math.imul(chunk * 64 + at, 0x9e3779b1) ^ 0x5bd1e995, 0x85ebca6b);
      return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32 - 0.4;
    };
    const vectorOf = (chunk: number) =>
      toBytes(normalise(Float32Array.from({ length: dimensions }, (_unused, at) => noise(chunk, at))));
    const index = () => vectorIndex(sql, 1, 'd')!;
    const add = (from: number, to: number): void => {
      const vectors = Array.from({ length: to - from }, (_unused, at) => ({
        chunk: from + at,
        vector: vectorOf(from + at),
      }));
      db.transaction(() => addVectors(sql, ensureVectorIndex(sql, 1, 'd', dimensions), vectors))();
    };
    add(0, codesFrom - 1);
    expect(index().mean).toBeNull();
    add(codesFrom - 1, codesFrom + 5);
    expect(index().mean).not.toBeNull();
    add(codesFrom + 5, codesFrom + 9000);
    const segments = db
      .prepare('SELECT length(chunks) / 8 n FROM code_segments ORDER BY number')
      .pluck()
      .all() as number[];
    expect(segments.slice(0, -1).every((count) => count === 8192)).toBe(true);
    expect(segments.reduce((sum, count) => sum + count, 0)).toBe(codesFrom + 9000);
    const finds = (chunk: number): boolean => {
      const { bytes, scale } = vectorOf(chunk);
      return loadIndex(sql, index()).search(Float32Array.from(bytes, (value) => value * scale), 1)[0]?.chunk === chunk; // prettier-ignore
    };
    for (const chunk of [0, 8191, 8192, codesFrom, codesFrom + 8999]) expect(finds(chunk)).toBe(true);
    db.transaction(() => deleteVectors(sql, 1, [8192]))();
    expect(finds(8192)).toBe(false);
    expect(finds(8193)).toBe(true);
    // Beyond a quarter of the dead, the codes are written anew without them.
    db.transaction(() =>
      deleteVectors(
        sql,
        1,
        Array.from({ length: 40_000 }, (_unused, at) => at),
      ),
    )();
    expect(db.prepare('SELECT count(*) FROM dead_codes').pluck().get()).toBe(0);
    expect(finds(codesFrom)).toBe(true);
    // Few are left: all are held in memory again.
    db.transaction(() =>
      deleteVectors(
        sql,
        1,
        Array.from({ length: 50_000 }, (_unused, at) => 40_000 + at),
      ),
    )();
    expect(index().mean).toBeNull();
    expect(finds(codesFrom)).toBe(true);
  });
});
