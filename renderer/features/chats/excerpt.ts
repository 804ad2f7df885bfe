/** A passage around the words that answer: what stands before, the words, what stands behind. */
export interface Excerpt {
  readonly before: string;
  readonly words: string;
  readonly after: string;
  /** True when something of the passage is left out. */
  readonly cut: boolean;
}

const around = 160;

const startAtWord = (text: string): string => text.replace(/^\S*\s/, '');
const endAtWord = (text: string): string => text.replace(/\s\S*$/, '');

/** Offsets are into the document; the passage knows where it starts. Without a place for the words all is context. */
export function excerptOf(
  passage: { start: number; text: string },
  quote: { start: number; end: number; quote: string },
  whole: boolean,
): Excerpt {
  const found = placeIn(passage, quote);
  const before = passage.text.slice(0, found.start);
  const words = passage.text.slice(found.start, found.end);
  const after = passage.text.slice(found.end);
  const cutBefore = before.length > around + 20;
  const cutAfter = after.length > around + 20;
  if (whole) return { before, words, after, cut: cutBefore || cutAfter };
  return {
    before: cutBefore ? `… ${startAtWord(before.slice(-around))}` : before,
    words,
    after: cutAfter ? `${endAtWord(after.slice(0, around))} …` : after,
    cut: cutBefore || cutAfter,
  };
}

function placeIn(
  passage: { start: number; text: string },
  quote: { start: number; end: number; quote: string },
): { start: number; end: number } {
  const start = quote.start - passage.start;
  const end = quote.end - passage.start;
  if (start >= 0 && end <= passage.text.length && end > start && end - start < passage.text.length)
    return { start, end };
  const at = quote.quote === '' ? -1 : passage.text.indexOf(quote.quote);
  if (at >= 0) return { start: at, end: at + quote.quote.length };
  return { start: 0, end: 0 };
}
