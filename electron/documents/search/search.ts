import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { DatabaseClient } from '../../vault/types.ts';
import type { DocumentsOperations } from '../database.ts';
import type { SearchInput, SearchOutput } from '../database/search.ts';
import { embedAll, throwIfCancelled } from '../embed/embed-all.ts';
import { estimateTokens } from '../split/tokens.ts';
import type { Embedder, SearchRequest, SearchResult } from '../types.ts';
import { normalise } from '../vector/quantise.ts';
import { cutLongWords } from './query.ts';

export interface SearchDeps {
  readonly database: DatabaseClient<DocumentsOperations>;
  readonly embedder: Embedder;
}

/** Texts embedded in one call, and searches in one turn of the database worker. */
const embedTogether = 96;
const searchTogether = 16;

/** Word pieces of a question that the embedder reads: the newest turns, when they do not all fit. */
const mostTokens = 240;

interface Vectors {
  readonly digest: string;
  readonly of: ReadonlyMap<string, Float32Array>;
}

/** Searches one after the other, with the texts of all embedded together. */
export async function searchMany(
  deps: SearchDeps,
  requests: readonly SearchRequest[],
  signal?: AbortSignal,
): Promise<SearchResult[]> {
  const started = performance.now();
  const vectors = await vectorsFor(deps.embedder, requests, signal);
  const embedding = (performance.now() - started) / Math.max(1, requests.length);
  const results: SearchResult[] = [];
  for (let at = 0; at < requests.length; at += searchTogether) {
    throwIfCancelled(signal);
    const part = requests.slice(at, at + searchTogether);
    const begun = performance.now();
    const searches = part.map((request) => inputOf(request, vectors));
    const found = await deps.database.call('documents.searchMany', { searches });
    const each = embedding + (performance.now() - begun) / part.length;
    found.forEach((output, which) => results.push(resultOf(part[which], output, each)));
  }
  return results;
}

/** The question itself, and in a talk all the person's turns: a follow-up alone seldom says what it is about. */
export function textsOf({ query, earlier = [] }: Pick<SearchRequest, 'query' | 'earlier'>): string[] {
  return earlier.length === 0 ? [query] : [query, newest([...earlier, query]).join('\n')];
}

function newest(turns: readonly string[]): string[] {
  const kept: string[] = [];
  let tokens = 0;
  for (const turn of turns.toReversed()) {
    tokens += estimateTokens(turn);
    if (kept.length > 0 && tokens > mostTokens) break;
    kept.unshift(turn);
  }
  return kept;
}

/** Null when nothing is to be searched by meaning, or nothing can be: the result says which way was used. */
async function vectorsFor(
  embedder: Embedder,
  requests: readonly SearchRequest[],
  signal?: AbortSignal,
): Promise<Vectors | null> {
  const needing = requests.filter(({ mode }) => mode !== 'keyword');
  if (needing.length === 0) return null;
  try {
    const model = await embedder.model();
    if (model === null)
      throw new CloisterError('model_missing', 'No embedding model is installed. Search by keyword instead.');
    return { digest: model.digest, of: await embedTexts(embedder, needing.flatMap(textsOf), signal) };
  } catch (thrown) {
    if (codeOf(thrown) === 'cancelled' || signal?.aborted === true) throw thrown;
    if (needing.some(({ mode }) => mode === 'vector')) throw thrown;
    return null;
  }
}

async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Float32Array>> {
  const unique = [...new Set(texts)];
  const vectors = new Map<string, Float32Array>();
  for (let at = 0; at < unique.length; at += embedTogether) {
    throwIfCancelled(signal);
    const part = unique.slice(at, at + embedTogether);
    const made = await embedAll(embedder, part.map(cutLongWords), signal);
    made.forEach((vector, which) => vectors.set(part[which] ?? '', normalise(vector)));
  }
  return vectors;
}

function inputOf(request: SearchRequest, vectors: Vectors | null): SearchInput {
  const texts = textsOf(request);
  const own = request.mode === 'keyword' || vectors === null ? [] : texts.flatMap((text) => vectors.of.get(text) ?? []);
  const { collectionIds, k, mode } = request;
  return { collectionIds, texts, vectors: own, digest: vectors?.digest ?? null, k, mode };
}

function resultOf(request: SearchRequest | undefined, output: SearchOutput, ms: number): SearchResult {
  const used = request?.mode === 'hybrid' ? (output.vectors ? 'hybrid' : 'keyword') : (request?.mode ?? 'keyword');
  return { hits: [...output.hits], ms: Math.round(ms * 10) / 10, used };
}
