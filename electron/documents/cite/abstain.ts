import { coverageOf, rarity, stemsIn, weighWords } from '../search/weights.ts';
import type { SearchHit } from '../types.ts';

/**
 * Weights and thresholds, calibrated on mtrag-un and on questions put to the wrong corpus; precision and recall stand in
 * docs/decisions/documents-abstaining.md. Neither signal decides alone: cosine means of answerable and unanswerable
 * questions overlap widely.
 */
const cosineWeight = 2;
const enoughTogether = 1.25;
const enoughCoverage = 0.35;

/** Passages looked at: an answer further down is seldom one. */
const looked = 8;

/**
 * True when the passages found do not answer the question, by two signals: how much of the question, weighted by the
 * rarity of its words, the best passage holds, and how near it is in meaning. Without vectors the words decide alone, also
 * for a single passage that still waits for its own: others that came first would outvote it.
 */
export function abstains(question: string, hits: readonly SearchHit[]): boolean {
  const first = hits.slice(0, looked).map((hit) => ({
    coverage: hit.coverage ?? plainCoverage(question, hit),
    cosine: hit.cosine,
  }));
  if (first.some(({ coverage, cosine }) => cosine === null && coverage >= enoughCoverage)) return false;
  const cosines = first.flatMap(({ cosine }) => cosine ?? []);
  if (cosines.length === 0) return true;
  const coverage = Math.max(...first.map((hit) => hit.coverage));
  return coverage + cosineWeight * Math.max(...cosines) < enoughTogether;
}

/** For hits that come without: every word counts the same. */
const plainCoverage = (question: string, hit: SearchHit): number =>
  coverageOf(
    weighWords(question, () => rarity(1, 1)),
    stemsIn(`${hit.document} ${hit.text}`),
  );
