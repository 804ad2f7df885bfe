import { stopWords } from './stop-words.ts';

/** A question as keywords. Every word is quoted when it is used, so nothing a person types is query syntax. */
export interface KeywordQuery {
  /** Single words, lower case, each once, in order. */
  readonly words: readonly string[];
  /** What stood in quotation marks: must occur word for word, when it occurs at all. */
  readonly phrases: readonly string[];
  /** Compounds with digits such as `CVE-2026-1234` or `§ 4.2`: their parts side by side count once more. */
  readonly identifiers: readonly string[];
}

const wordPattern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|[\p{L}\p{N}\p{M}]+/gu;
const compound = /[\p{L}\p{N}]+(?:[-_./:][\p{L}\p{N}]+)+/gu;
const quotation = /["“„«]([^"“”„«»]{2,200})["”“»]/gu;

/** More words make a question no clearer and a search slower. The last words of a talk are the newest. */
const mostWords = 64;

/** Characters. Longer is no word but data, which is slow to look for and slower to embed. */
const longestWord = 64;
const tooLong = new RegExp(`[\\p{L}\\p{N}\\p{M}]{${longestWord + 1},}`, 'gu');

/** Of a word that is too long, its beginning: so can the beginning of a long run in a script without spaces be found. */
export const cutLongWords = (text: string): string =>
  text.replace(tooLong, (word) => Array.from(word).slice(0, longestWord).join(''));

export function parseQuery(question: string): KeywordQuery {
  const text = cutLongWords(question);
  const all = wordsIn(text);
  const meaningful = all.filter((word) => !stopWords.has(word));
  return {
    words: [...new Set((meaningful.length > 0 ? meaningful : all).slice(-mostWords))],
    phrases: [...text.matchAll(quotation)]
      .map((match) => (match[1] ?? '').trim())
      .filter((phrase) => /\s/u.test(phrase)),
    identifiers: [...text.matchAll(compound)].map((match) => match[0]).filter((word) => /\p{N}/u.test(word)),
  };
}

export const wordsIn = (text: string): string[] =>
  (
    text
      .toLowerCase()
      .replace(/[’']s\b/gu, '')
      .match(wordPattern) ?? []
  ).filter((word) => /[\p{L}\p{N}]/u.test(word));

/** A string of the query language: quotes doubled, no NUL. */
export const quoted = (text: string): string => `"${text.replaceAll('\u0000', ' ').replaceAll('"', '""')}"`;
