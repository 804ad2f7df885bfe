import type { Database } from 'better-sqlite3';
import { parseQuery, quoted, type KeywordQuery } from '../search/query.ts';
import { byScore, type Scored } from '../vector/best.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';
import { forKeywords, textTable, tokenizer, vocabularyTable } from './text-index.ts';

/**
 * FTS5 scores every match: a word that stands in each tenth passage makes a search of a million passages take seconds and
 * tells nothing. Words in more than 5 % (and at least 2,000) of the passages are left out while rarer ones remain.
 */
const tooCommon = 0.05;
const neverTooCommon = 2000;

/** Words kept of a long talk in a large collection, rarest first. */
const mostWords = 24;

/** Weights of header and body in BM25. */
const weights = 'bm25(0.7, 1.0)';

export class Keywords {
  readonly #sql: Statements;
  readonly #frequencies = new Map<number, Map<string, number>>();
  readonly #sizes = new Map<number, number>();
  readonly #stems = new Map<string, readonly string[]>();

  constructor(db: Database, sql: Statements) {
    this.#sql = sql;
    // The index's own tokenizer says how a word is written in its vocabulary. Temporary tables live in memory only.
    db.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS temp.query_words USING fts5(word, content='', contentless_delete=1, tokenize='${tokenizer}')`,
    );
    db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.query_stems USING fts5vocab('temp', 'query_words', 'row')");
  }

  /** The passages that hold the words of a text, best first. */
  search(collection: number, text: string, limit: number): Scored[] {
    const query = parseQuery(text);
    if (query.words.length === 0) return [];
    for (const expression of this.#expressions(collection, query)) {
      const found = this.#match(collection, expression, limit);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Frequencies are of the past once a collection has changed. */
  changed(collection: number): void {
    this.#frequencies.delete(collection);
    this.#sizes.delete(collection);
  }

  /** In how many passages of the collection a word stands, and how many passages there are. */
  frequency(collection: number, word: string): number {
    const known = this.#frequencies.get(collection) ?? new Map<string, number>();
    this.#frequencies.set(collection, known);
    let frequency = known.get(word);
    if (frequency === undefined) known.set(word, (frequency = this.#countPassages(collection, word)));
    return frequency;
  }

  size(collection: number): number {
    let size = this.#sizes.get(collection);
    if (size === undefined) {
      const row = rowOf<{ n: number }>(
        this.#sql('SELECT coalesce(sum(chunks), 0) n FROM documents WHERE collection = ?').get(collection),
      );
      this.#sizes.set(collection, (size = row?.n ?? 0));
    }
    return size;
  }

  /** From the strictest to the loosest; the next one is tried when nothing is found. */
  *#expressions(collection: number, query: KeywordQuery): Generator<string> {
    const words = this.#tellingWords(collection, query.words);
    const any = [...words, ...query.identifiers].map((word) => quoted(forKeywords(word))).join(' OR ');
    if (query.phrases.length > 0)
      yield `${query.phrases.map((phrase) => `${quoted(forKeywords(phrase))} AND `).join('')}(${any})`;
    yield any;
    const prefixes = words.filter((word) => word.length >= 3);
    if (prefixes.length > 0) yield prefixes.map((word) => `${quoted(word)} *`).join(' OR ');
  }

  #tellingWords(collection: number, words: readonly string[]): readonly string[] {
    const size = this.size(collection);
    if (size <= neverTooCommon) return words;
    const counted = words
      .map((word) => ({ word, count: this.frequency(collection, word) }))
      .filter(({ count }) => count > 0);
    const telling = counted.filter(({ count }) => count <= Math.max(neverTooCommon, size * tooCommon));
    const rarest = (telling.length > 0 ? telling : counted.toSorted((a, b) => a.count - b.count).slice(0, 2)).toSorted(
      (a, b) => a.count - b.count,
    );
    return rarest.length === 0 ? words : rarest.slice(0, mostWords).map(({ word }) => word);
  }

  #match(collection: number, expression: string, limit: number): Scored[] {
    const table = textTable(collection);
    const select = this.#sql(
      `SELECT rowid chunk, rank FROM ${table} WHERE ${table} MATCH ? AND rank MATCH '${weights}' ORDER BY rank LIMIT ?`,
    );
    const rows = rowsOf<{ chunk: number; rank: number }>(select.all(expression, limit));
    return rows.map(({ chunk, rank }) => ({ chunk, score: -rank })).sort(byScore);
  }

  #countPassages(collection: number, word: string): number {
    const select = this.#sql(`SELECT doc FROM ${vocabularyTable(collection)} WHERE term = ?`);
    const counts = this.#stemsOf(word).map((stem) => rowOf<{ doc: number }>(select.get(stem))?.doc ?? 0);
    return counts.length === 0 ? 0 : Math.min(...counts);
  }

  #stemsOf(word: string): readonly string[] {
    let stems = this.#stems.get(word);
    if (stems === undefined) {
      this.#sql('INSERT INTO temp.query_words (rowid, word) VALUES (1, ?)').run(forKeywords(word));
      stems = rowsOf<{ term: string }>(this.#sql('SELECT term FROM temp.query_stems').all()).map(({ term }) => term);
      this.#sql('DELETE FROM temp.query_words WHERE rowid = 1').run();
      if (this.#stems.size > 10_000) this.#stems.clear();
      this.#stems.set(word, stems);
    }
    return stems;
  }
}
