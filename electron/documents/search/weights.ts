import { parseQuery, wordsIn } from './query.ts';
import { stem } from './stem.ts';

/** A question's words by stem, each with how much it tells. */
export type WordWeights = ReadonlyMap<string, number>;

/** Rarer words tell more: ln(1 + passages / passages with the word). */
export const rarity = (passages: number, withWord: number): number => Math.log(1 + passages / Math.max(0.5, withWord));

export function weighWords(question: string, weightOf: (word: string) => number): WordWeights {
  return new Map(parseQuery(question).words.map((word) => [stem(word), weightOf(word)]));
}

export const stemsIn = (text: string): ReadonlySet<string> => new Set(wordsIn(text).map(stem));

/** Share of the question's weight that stands in a text; 0 for a question without words. */
export function coverageOf(weights: WordWeights, stems: ReadonlySet<string>): number {
  let held = 0;
  let total = 0;
  for (const [word, weight] of weights) {
    total += weight;
    if (stems.has(word)) held += weight;
  }
  return total === 0 ? 0 : held / total;
}
