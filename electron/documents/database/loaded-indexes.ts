import type { LoadedIndex } from '../vector/loaded-index.ts';
import type { NewVector } from './vectors.ts';
import { loadIndex } from './vectors.ts';
import type { VectorIndexRow } from './embedders.ts';
import type { Statements } from './statements.ts';

/** Memory for all loaded indexes together; the longest unused goes first. */
const mostBytes = 192 * 1024 * 1024;

/**
 * The indexes that have been searched since the vault was unlocked. They follow the tables after each commit, never
 * before: a transaction that fails leaves them as they were.
 */
export class LoadedIndexes {
  readonly #loaded = new Map<number, { collection: number; generation: number; index: LoadedIndex }>();
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** `coded_count` changes whenever the codes were written anew: then what is in memory is of the past. */
  get(row: VectorIndexRow): LoadedIndex {
    const held = this.#loaded.get(row.row);
    if (held !== undefined && held.generation === row.coded_count) {
      this.#loaded.delete(row.row);
      this.#loaded.set(row.row, held);
      return held.index;
    }
    held?.index.wipe();
    const index = loadIndex(this.#sql, row);
    this.#loaded.set(row.row, { collection: row.collection, generation: row.coded_count, index });
    this.#shrink(row.row);
    return index;
  }

  appended(row: number, vectors: readonly NewVector[]): void {
    const held = this.#loaded.get(row);
    for (const { chunk, vector } of held === undefined ? [] : vectors) held?.index.append(chunk, vector);
  }

  removed(collection: number, chunks: readonly number[]): void {
    for (const held of this.#loaded.values()) {
      if (held.collection === collection) for (const chunk of chunks) held.index.remove(chunk);
    }
  }

  forget(collection: number): void {
    for (const [row, held] of this.#loaded) if (held.collection === collection) this.#drop(row);
  }

  forgetAll(): void {
    for (const row of [...this.#loaded.keys()]) this.#drop(row);
  }

  get bytes(): number {
    return [...this.#loaded.values()].reduce((sum, { index }) => sum + index.bytes, 0);
  }

  #shrink(keep: number): void {
    for (const row of [...this.#loaded.keys()]) {
      if (this.bytes <= mostBytes) return;
      if (row !== keep) this.#drop(row);
    }
  }

  #drop(row: number): void {
    this.#loaded.get(row)?.index.wipe();
    this.#loaded.delete(row);
  }
}
