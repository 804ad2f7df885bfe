import { splitIntoSentences, type Span } from '../split/sentences.ts';

/** A line that is a row of a table, an item of a list, or a heading does not run on into the next one. */
const standsAlone = /\t| \| |^\s*(?:[-*•–▪◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/u;
const endsSentence = /[.!?:;…]["'”’)\]]*\s*$/u;

/** `Page 3 of 7`, alone or with a file number. */
const footer = /^\s*(?:page|seite)\s+\d+\s+(?:of|von|\/)\s+\d+\b.{0,40}$/iu;

/** How a part of a passage is written: in words to be read, as a row of a table, or as a heading or a scrap. */
export type Form = 'sentence' | 'row' | 'fragment';

export function formOf(text: string): Form {
  if (/\t| \| /u.test(text)) return 'row';
  const words = text.match(/\p{L}+/gu) ?? [];
  return endsSentence.test(text) && words.length >= 4 ? 'sentence' : 'fragment';
}

/** The smallest parts of a passage that can be quoted: sentences, rows, items. The foot of a page says nothing. */
export function quotableParts(text: string): Span[] {
  return splitIntoSentences(text)
    .flatMap((sentence) => splitLines(text, sentence))
    .filter(({ start, end }) => !footer.test(text.slice(start, end)));
}

function splitLines(text: string, sentence: Span): Span[] {
  const lines = [...text.slice(sentence.start, sentence.end).matchAll(/[^\n]+/gu)].map((match) => ({
    start: sentence.start + match.index,
    end: sentence.start + match.index + match[0].length,
  }));
  const parts: Span[] = [];
  for (const line of lines) {
    const before = parts.at(-1);
    if (before === undefined || parted(text, before, line)) parts.push(line);
    else parts[parts.length - 1] = { start: before.start, end: line.end };
  }
  return parts.flatMap((part) => trim(text, part));
}

function parted(text: string, before: Span, line: Span): boolean {
  const above = text.slice(before.start, before.end);
  const here = text.slice(line.start, line.end);
  if (standsAlone.test(here) || (/\t| \| /u.test(above) && !above.includes('\n'))) return true;
  // A short line without an end, followed by a capital, is a heading.
  return (
    above.length < 60 &&
    !above.includes('\n') &&
    !endsSentence.test(above) &&
    /^\s*\p{Lu}/u.test(here) &&
    !/[,\p{Ll}]\s*$/u.test(above)
  );
}

function trim(text: string, span: Span): Span[] {
  const own = text.slice(span.start, span.end);
  const start = span.start + own.length - own.trimStart().length;
  const end = span.end - (own.length - own.trimEnd().length);
  return end > start ? [{ start, end }] : [];
}
