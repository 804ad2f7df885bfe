import type { Citation } from '../../../shared/contract/types.ts';
import { coverageOf, rarity, stemsIn, weighWords, type WordWeights } from '../search/weights.ts';
import type { Span } from '../split/sentences.ts';
import type { SearchHit } from '../types.ts';
import { passageOf } from './passage.ts';
import { quotableParts } from './passage-sentences.ts';

/** A quote is one sentence, or two that belong together; longer than this it is cut to one. */
const longestQuote = 420;

/** A second sentence joins the first when it holds at least this share of what the first one holds. */
const joins = 0.4;

/** How much a place further down the list costs against a better fitting sentence. */
const rankShare = 0.3;

interface Quoted {
  readonly hit: SearchHit;
  readonly span: Span;
  readonly worth: number;
}

/**
 * For each passage the sentences that answer the question best, in order of worth. No model takes part: words of the
 * question, weighted by their rarity among the passages' sentences. Offsets are exact.
 */
export function quotePassages(question: string, hits: readonly SearchHit[]): Citation[] {
  const parts = hits.map((hit) =>
    quotableParts(hit.text).map((span) => ({ span, stems: stemsIn(hit.text.slice(span.start, span.end)) })),
  );
  const all = parts.flat();
  const counts = new Map<string, number>();
  for (const { stems } of all) for (const word of stems) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weights = weighWords(question, () => 1);
  const weighted: WordWeights = new Map(
    [...weights.keys()].map((word) => [word, rarity(all.length, counts.get(word) ?? 0)]),
  );
  return hits
    .flatMap((hit, rank) => bestOf(hit, rank, parts[rank] ?? [], weighted))
    .sort((a, b) => b.worth - a.worth)
    .map(({ hit, span }, at) => citationOf(hit, span, at + 1));
}

function bestOf(
  hit: SearchHit,
  rank: number,
  parts: readonly { span: Span; stems: ReadonlySet<string> }[],
  weights: WordWeights,
): Quoted[] {
  const scores = parts.map(({ stems }) => coverageOf(weights, stems));
  const best = scores.indexOf(Math.max(...scores));
  const first = parts[best];
  if (first === undefined) return [];
  const span = widened(parts, scores, best, first.span);
  return [{ hit, span, worth: (scores[best] ?? 0) * (1 - rankShare) + rankShare / (1 + rank / 3) }];
}

function widened(parts: readonly { span: Span }[], scores: readonly number[], best: number, own: Span): Span {
  const score = scores[best] ?? 0;
  const next = parts[best + 1];
  if (
    score > 0 &&
    next !== undefined &&
    (scores[best + 1] ?? 0) >= score * joins &&
    next.span.end - own.start <= longestQuote
  ) {
    return { start: own.start, end: next.span.end };
  }
  const previous = parts[best - 1];
  if (
    score > 0 &&
    previous !== undefined &&
    (scores[best - 1] ?? 0) >= score * joins &&
    own.end - previous.span.start <= longestQuote
  ) {
    return { start: previous.span.start, end: own.end };
  }
  return own;
}

const citationOf = (hit: SearchHit, span: Span, number: number): Citation => ({
  number,
  passage: passageOf(hit),
  quote: hit.text.slice(span.start, span.end),
  start: hit.start + span.start,
  end: hit.start + span.end,
  support: 'exact',
});
