import { CloisterError } from '../../../shared/errors.ts';
import { collapseRepeats } from '../search/collapse.ts';
import { coverageOf, rarity, stemsIn, weighWords, type WordWeights } from '../search/weights.ts';
import { fuse, type RankedList } from '../search/fuse.ts';
import type { SearchHit } from '../types.ts';
import { byScore, type Scored } from '../vector/best.ts';
import { innerProduct } from '../vector/quantise.ts';
import { collectionRow } from './collections.ts';
import { vectorIndex, type VectorIndexRow } from './embedders.ts';
import type { Keywords } from './keywords.ts';
import type { LoadedIndexes } from './loaded-indexes.ts';
import { rowOf, type Statements } from './statements.ts';
import { readText } from './text.ts';
import { readVector } from './vectors.ts';

/** Rows each list brings to the fusion. */
const listLength = 100;

export interface SearchInput {
  readonly collectionIds: readonly string[];
  /** The question; then, in a talk, all the person's turns together. */
  readonly texts: readonly string[];
  /** Unit vectors of the same texts, or none when there is no embedder. */
  readonly vectors: readonly Float32Array[];
  /** The embedder that made them. */
  readonly digest: string | null;
  readonly k: number;
  readonly mode: 'hybrid' | 'keyword' | 'vector';
}

export interface SearchOutput {
  readonly hits: readonly SearchHit[];
  /** True when at least one vector list took part. */
  readonly vectors: boolean;
}

export interface SearchParts {
  readonly sql: Statements;
  readonly keywords: Keywords;
  readonly indexes: LoadedIndexes;
}

interface Lists {
  readonly keyword: readonly Scored[][];
  readonly vector: readonly Scored[][];
}

export function search(parts: SearchParts, input: SearchInput): SearchOutput {
  const collections = input.collectionIds.map((id) => collectionRow(parts.sql, id));
  const indexes = vectorIndexes(parts.sql, collections, input);
  const lists: Lists = {
    keyword: input.mode === 'vector' ? [] : input.texts.map((text) => keywordList(parts, collections, text)),
    vector: input.vectors.map((vector) => vectorList(parts, indexes, vector)),
  };
  const fused = fuse([...lists.keyword.map(keywordRanks), ...lists.vector.map(vectorRanks)]);
  const hits = collapseRepeats(lazyHits(parts, fused, lists, indexes, input), input.k);
  return { hits, vectors: indexes.length > 0 };
}

function vectorIndexes(sql: Statements, collections: readonly number[], input: SearchInput): VectorIndexRow[] {
  const { digest } = input;
  if (input.mode === 'keyword' || digest === null || input.vectors.length === 0) return [];
  const found = collections.flatMap((collection) => vectorIndex(sql, collection, digest) ?? []);
  if (found.some((index) => input.vectors.some((vector) => vector.length !== index.dimensions))) {
    throw new CloisterError('conflict', 'The embedding model answers with vectors of another size than before.');
  }
  return found;
}

const merged = (lists: readonly Scored[][]): Scored[] => lists.flat().sort(byScore).slice(0, listLength);

const keywordList = (parts: SearchParts, collections: readonly number[], text: string): Scored[] =>
  merged(collections.map((collection) => parts.keywords.search(collection, text, listLength)));

const vectorList = (parts: SearchParts, indexes: readonly VectorIndexRow[], vector: Float32Array): Scored[] =>
  merged(indexes.map((index) => parts.indexes.get(index).search(vector, listLength)));

/** Below the last of a full list there are others; below the last of a short one there is no match at all. */
const keywordRanks = (items: Scored[]): RankedList => ({ items, floor: items.length < listLength ? 0 : null });
const vectorRanks = (items: Scored[]): RankedList => ({ items, floor: null });

/** Reads one passage after the other, as they are asked for. */
function* lazyHits(
  parts: SearchParts,
  fused: readonly Scored[],
  lists: Lists,
  indexes: readonly VectorIndexRow[],
  input: SearchInput,
): Generator<SearchHit> {
  const keyword = new Map(lists.keyword[0]?.map(({ chunk, score }) => [chunk, score]));
  const question = input.vectors[0];
  const weights = questionWeights(parts, input);
  for (const { chunk, score } of fused) {
    const hit = hitOf(parts.sql, chunk, score);
    if (hit === null) continue;
    const cosine = question === undefined ? null : cosineOf(parts.sql, indexes, chunk, question);
    const coverage = coverageOf(weights, stemsIn(`${hit.header} ${hit.passage.text}`));
    yield { ...hit.passage, keywordScore: keyword.get(chunk) ?? null, cosine, coverage };
  }
}

/** How rare the question's words are in the collections searched. */
function questionWeights({ sql, keywords }: SearchParts, input: SearchInput): WordWeights {
  const collections = input.collectionIds.map((id) => collectionRow(sql, id));
  const sum = (count: (collection: number) => number): number =>
    collections.reduce((total, each) => total + count(each), 0);
  const passages = sum((collection) => keywords.size(collection));
  return weighWords(input.texts[0] ?? '', (word) =>
    rarity(
      passages,
      sum((each) => keywords.frequency(each, word)),
    ),
  );
}

function cosineOf(
  sql: Statements,
  indexes: readonly VectorIndexRow[],
  chunk: number,
  question: Float32Array,
): number | null {
  for (const index of indexes) {
    const vector = readVector(sql, index.row, chunk);
    if (vector !== null) return innerProduct(question, vector);
  }
  return null;
}

interface HitRow {
  readonly header: string;
  readonly attachment: string | null;
  readonly start: number;
  readonly end: number;
  readonly page: number;
  readonly content: number;
  readonly paged: number;
  readonly document: string;
  readonly name: string;
  readonly path: string;
  readonly collection: string;
}

interface Found {
  readonly header: string;
  readonly passage: Omit<SearchHit, 'keywordScore' | 'cosine' | 'coverage'>;
}

function hitOf(sql: Statements, chunk: number, score: number): Found | null {
  const row = rowOf<HitRow>(
    sql(
      `SELECT c.header, c.attachment, c.start, c.end, c.page, d.content, t.paged, d.id document, d.name, d.path, k.id collection
       FROM chunks c JOIN documents d ON d.row = c.document JOIN contents t ON t.row = d.content
       JOIN collections k ON k.row = d.collection WHERE c.id = ?`,
    ).get(chunk),
  );
  if (row === null) return null;
  const passage = {
    chunkId: chunk,
    collectionId: row.collection,
    documentId: row.document,
    document: row.name,
    path: row.path,
    page: row.paged === 1 ? row.page : null,
    ...(row.attachment === null ? {} : { attachment: row.attachment }),
    start: row.start,
    end: row.end,
    text: readText(sql, row.content, row.start, row.end),
    score,
  };
  return { header: row.header, passage };
}
