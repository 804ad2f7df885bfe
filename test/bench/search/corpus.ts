import { createHash } from 'node:crypto';
import type { ParsedBlock, ParsedDocument, ParsedPage } from '../../../electron/documents/types.ts';

/** Numbers that are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const english = 'the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which'.split(' '); // prettier-ignore
const syllables = 'ba ce di fo gu ka le mi no pu ra se ti vo zu bra cle dri flo gru'.split(' ');

/** Made up, letters only, so that no two have the same stem. */
function wordOf(rank: number): string {
  const known = english[rank];
  if (known !== undefined) return known;
  let word = '';
  for (let left = rank; left > 0; left = Math.floor(left / syllables.length))
    word += syllables[left % syllables.length] ?? '';
  return `${word}x`;
}

const vocabulary = Array.from({ length: 60_000 }, (_, rank) => wordOf(rank));

/** Zipf's law with exponent 1: the n-th word comes a n-th as often as the first, as in real text. */
const cumulative = ((): Float64Array => {
  let sum = 0;
  return Float64Array.from(vocabulary, (_, rank) => (sum += 1 / (rank + 1)));
})();

function drawRank(random: () => number): number {
  const wanted = random() * (cumulative.at(-1) ?? 0);
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const wordsInPassage = 80;
export const passagesInDocument = 200;
export const dimensions = 384;

function passage(random: () => number): string {
  const words = Array.from({ length: wordsInPassage }, () => vocabulary[drawRank(random)] ?? '');
  return `${words.join(' ')}.`;
}

export interface SyntheticDocument {
  readonly name: string;
  readonly sha256: string;
  readonly parsed: ParsedDocument;
  readonly texts: readonly string[];
}

/** One passage a page, so that the number of passages is known. */
export function documentOf(number: number): SyntheticDocument {
  const random = randomFrom(1000 + number);
  const texts = Array.from({ length: passagesInDocument }, () => passage(random));
  const pages: ParsedPage[] = [];
  const blocks: ParsedBlock[] = [];
  let start = 0;
  for (const [at, text] of texts.entries()) {
    const end = start + text.length;
    pages.push({ number: at + 1, start, end, width: 595, height: 842 });
    blocks.push({ kind: 'paragraph', page: at + 1, start, end });
    start = end + 1;
  }
  const text = texts.join('\n');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    name: `report-${number}.pdf`,
    sha256,
    texts,
    parsed: { format: 'pdf', paged: true, text, pages, blocks, warnings: [] },
  };
}

const centres = 300;

/** Unit vectors in clusters, as texts have topics. The same number gives the same vector. */
export function vectorOf(number: number): Float32Array {
  const own = randomFrom(7_000_000 + number);
  const centre = randomFrom(500 + Math.floor(own() * centres));
  const values = Float32Array.from({ length: dimensions }, () => centre() - 0.5 + 0.8 * (own() - 0.5));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/** A question as people type it: real stop words, one word of nearly every tenth passage, and three that tell something. */
export function questionOf(number: number): string {
  const random = randomFrom(90_000 + number);
  const pick = (from: number, to: number): string => vocabulary[from + Math.floor(random() * (to - from))] ?? '';
  return ['what', pick(0, 8), pick(0, 30), pick(40, 120), pick(300, 3000), pick(1000, 10_000), pick(3000, 30_000)].join(
    ' ',
  );
}
