import type { Database } from 'better-sqlite3';
import type { Statements } from './statements.ts';

/**
 * The keyword index of one collection: contentless (it keeps words and positions, not the text) and able to delete by id.
 * The vocabulary table reads document frequencies from the same words.
 */
export const tokenizer = 'porter unicode61 remove_diacritics 2';

export const textTable = (collection: number): string => `text_${collection}`;
export const vocabularyTable = (collection: number): string => `text_${collection}_words`;

export function createTextIndex(db: Database, collection: number): void {
  const table = textTable(collection);
  db.exec(
    `CREATE VIRTUAL TABLE ${table} USING fts5(header, body, content='', contentless_delete=1, tokenize='${tokenizer}')`,
  );
  db.exec(`CREATE VIRTUAL TABLE ${vocabularyTable(collection)} USING fts5vocab(${table}, row)`);
}

export function dropTextIndex(db: Database, collection: number): void {
  db.exec(`DROP TABLE IF EXISTS ${vocabularyTable(collection)}`);
  db.exec(`DROP TABLE IF EXISTS ${textTable(collection)}`);
}

export function indexText(
  sql: Statements,
  collection: number,
  chunk: number | bigint,
  header: string,
  body: string,
): void {
  const insert = sql(`INSERT INTO ${textTable(collection)} (rowid, header, body) VALUES (?, ?, ?)`);
  insert.run(chunk, forKeywords(header), forKeywords(body));
}

export function unindexText(sql: Statements, collection: number, chunk: number): void {
  sql(`DELETE FROM ${textTable(collection)} WHERE rowid = ?`).run(chunk);
}

/**
 * The tokenizer takes a run of Chinese or Japanese for one word: each character becomes a word of its own here, and a
 * query looks for them side by side. Soft hyphens and zero-width marks would part words in two.
 */
export function forKeywords(text: string): string {
  return text
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/gu, '')
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, ' $& ');
}
