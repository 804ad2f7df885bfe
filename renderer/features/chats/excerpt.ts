import { stripInvisible } from '../../../shared/strip-invisible.ts';

/** A passage around the words that answer: what stands before, the words, what stands behind. */
export interface Excerpt {
  readonly before: string;
  readonly words: string;
  readonly after: string;
  /** True when something of the passage is left out. */
  readonly cut: boolean;
}

const around = 160;

/** Blank lines part headings from text in the document; in a short passage they would be mostly air. */
const closeLines = (text: string): string => text.replace(/\n\s*\n/g, '\n');

const startAtWord = (text: string): string => text.replace(/^\S*\s/, '');
const endAtWord = (text: string): string => text.replace(/\s\S*$/, '');

/** What is read holds no character that hides or turns the line round; the citation itself stays as it is in the document. */
const readable = (text: string): string => closeLines(stripInvisible(text));

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
  const cut = cutBefore || cutAfter;
  const shorter = {
    before: cutBefore && !whole ? `… ${startAtWord(before.slice(-around))}` : before,
    after: cutAfter && !whole ? `${endAtWord(after.slice(0, around))} …` : after,
  };
  return { before: readable(shorter.before), words: readable(words), after: readable(shorter.after), cut };
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
