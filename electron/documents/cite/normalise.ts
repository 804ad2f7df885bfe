import { footnoteMark } from '../../guard/index.ts';

/** Footnotes' marks (`[2]`) are text like other text, or left out with the space before them. */
type Marks = 'kept' | 'left out';

/** A text with everything left out that copying and quoting change, and the way back to its offsets. */
export interface Normalised {
  readonly text: string;
  /** For each unit of `text`, where the character that made it stood. */
  readonly offsets: readonly number[];
  readonly source: string;
  readonly marks: Marks;
}

const invisible = /[\p{Cf}\u00ad]/u;
const space = /\s/u;

const sameMarks: Readonly<Record<string, string>> = {
  '‘': "'", '’': "'", '‚': "'", '′': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '″': '"',
  '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-',
  '‹': '<', '›': '>', '⟦': '[', '⟧': ']', '【': '[', '】': ']', '❴': '{', '❵': '}', '¦': '|',
}; // prettier-ignore

const markWithSpace = new RegExp(`(?<!\\s)\\s*${footnoteMark.source}`, footnoteMark.flags);

/**
 * Lower case, one space for any white space, straight quotation marks and hyphens, no invisible characters, ligatures
 * taken apart, and the brackets that a passage has in a prompt back as they were. A word hyphenated at a line's end is joined.
 */
export function normaliseText(source: string, marks: Marks = 'kept'): Normalised {
  const leftOut = new Map(
    marks === 'kept' ? [] : [...source.matchAll(markWithSpace)].map((match) => [match.index, match[0].length]),
  );
  let text = '';
  const offsets: number[] = [];
  const add = (piece: string, at: number): void => {
    for (const unit of piece.split('')) {
      text += unit;
      offsets.push(at);
    }
  };
  for (let at = 0; at < source.length;) {
    const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
    const skipped = leftOut.get(at) ?? lineBreakInWord(source, at);
    if (skipped > 0) at += skipped;
    else {
      if (space.test(character)) {
        if (!text.endsWith(' ')) add(' ', at);
      } else if (!invisible.test(character)) add(fold(character), at);
      at += character.length;
    }
  }
  return { text, offsets, source, marks };
}

const fold = (character: string): string => sameMarks[character] ?? character.normalize('NFKC').toLowerCase();

/** Length of a hyphen at a line's end inside a word, with the white space after it. */
function lineBreakInWord(source: string, at: number): number {
  if (source.charAt(at) !== '-' || at === 0 || !/\p{Ll}/u.test(source.charAt(at - 1))) return 0;
  const rest = /^-[ \t]*\r?\n\s*(?=\p{Ll})/u.exec(source.slice(at, at + 40));
  return rest === null ? 0 : rest[0].length;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** All places where the needle stands in the text, by offsets of the text as it is. */
export function findNormalised(haystack: Normalised, needle: string): Place[] {
  const wanted = normaliseText(needle, haystack.marks).text.trim();
  const places: Place[] = [];
  if (wanted === '') return places;
  for (let at = haystack.text.indexOf(wanted); at >= 0; at = haystack.text.indexOf(wanted, at + 1)) {
    const last = at + wanted.length - 1;
    const start = haystack.offsets[at] ?? 0;
    places.push({ start, end: endOf(haystack, last) });
  }
  return places;
}

/** The end of the source character that made this unit; a character may have made several. */
function endOf(haystack: Normalised, unit: number): number {
  const own = haystack.offsets[unit] ?? 0;
  return own + ((haystack.source.codePointAt(own) ?? 0) > 0xffff ? 2 : 1);
}
