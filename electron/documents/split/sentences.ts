export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A full stop after one of these ends no sentence. */
const abbreviations = new Set(
  (
    'mr mrs ms dr prof sr jr st no nos fig figs eq sec ch vol pp p art cf vs etc al approx dept est inc ltd co corp gen gov sen rep ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e u.s u.k z.b bzw ca usw ggf d.h'
  ).split(' '),
);

const boundary = /(?:[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+[」』”]*|\n\s*\n)\s*/gu;

/** Sentences of a text, in order, without the white space between them. Each is a UTF-16 span. */
export function splitIntoSentences(text: string): Span[] {
  const sentences: Span[] = [];
  let start = 0;
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    if (!endsSentence(text, start, match.index, end, match[0])) continue;
    push(sentences, text, start, end);
    start = end;
  }
  push(sentences, text, start, text.length);
  return sentences;
}

function endsSentence(text: string, start: number, at: number, next: number, mark: string): boolean {
  if (/\n\s*\n/u.test(mark)) return true;
  if (next < text.length && /\p{Ll}/u.test(text.charAt(next))) return false;
  if (!mark.startsWith('.') || mark.startsWith('..')) return true;
  const word = (/[\p{L}\p{N}.]*$/u.exec(text.slice(Math.max(start, at - 24), at)) ?? [''])[0];
  if (/^\p{Lu}$/u.test(word)) return false;
  // "1. Scope": the number of a list, not a sentence.
  if (/^\d{1,3}$/.test(word) && text.slice(start, at).trim() === word) return false;
  return !abbreviations.has(word.toLowerCase());
}

function push(sentences: Span[], text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && isSpace(text, start)) start += 1;
  while (end > start && isSpace(text, end - 1)) end -= 1;
  if (end > start) sentences.push({ start, end });
}

const isSpace = (text: string, at: number): boolean => /\s/u.test(text.charAt(at));
