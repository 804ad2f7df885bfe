import { wordsIn } from './query.ts';

/** Share of words two passages have in common from which on they say the same. */
const same = 0.9;

/** Leaves out every passage that repeats one before it: the same file twice, the same clause in two contracts. */
export function collapseRepeats<Item extends { readonly text: string }>(items: readonly Item[], most: number): Item[] {
  const kept: { item: Item; words: ReadonlySet<string> }[] = [];
  for (const item of items) {
    if (kept.length >= most) break;
    const words = new Set(wordsIn(item.text));
    if (!kept.some((other) => overlap(other.words, words) >= same)) kept.push({ item, words });
  }
  return kept.map(({ item }) => item);
}

/** Jaccard similarity of two sets of words; 0 when one is empty. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0 || Math.min(a.size, b.size) / Math.max(a.size, b.size) < same) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared / (a.size + b.size - shared);
}
