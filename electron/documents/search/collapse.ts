import { wordsIn } from './query.ts';

/** Share of words two passages have in common from which on they say the same. */
const same = 0.9;

interface Wording {
  readonly words: ReadonlySet<string>;
  readonly numbers: string;
}

/**
 * Leaves out every passage that repeats one before it: the same file twice, the same clause in two contracts. Passages
 * that differ in a number never say the same: one of them may be the rent of last year.
 */
export function collapseRepeats<Item extends { readonly text: string }>(items: Iterable<Item>, most: number): Item[] {
  const kept: { item: Item; wording: Wording }[] = [];
  for (const item of items) {
    const wording = wordingOf(item.text);
    if (!kept.some((other) => saysTheSame(other.wording, wording))) kept.push({ item, wording });
    // Before the next one is asked for: each costs reading its text.
    if (kept.length >= most) break;
  }
  return kept.map(({ item }) => item);
}

function wordingOf(text: string): Wording {
  const words = wordsIn(text);
  return { words: new Set(words), numbers: words.filter((word) => /\p{N}/u.test(word)).join(' ') };
}

function saysTheSame(a: Wording, b: Wording): boolean {
  if (a.words.size === 0 || b.words.size === 0 || a.numbers !== b.numbers) return false;
  if (Math.min(a.words.size, b.words.size) / Math.max(a.words.size, b.words.size) < same) return false;
  let shared = 0;
  for (const word of a.words) if (b.words.has(word)) shared += 1;
  return shared / (a.words.size + b.words.size - shared) >= same;
}
