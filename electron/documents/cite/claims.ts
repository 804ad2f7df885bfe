import { wordsIn } from '../search/query.ts';
import { stem } from '../search/stem.ts';
import { stopWords } from '../search/stop-words.ts';

/** What a sentence says that can be checked against a text. */
export interface Claims {
  /** Words of content by stem. */
  readonly words: ReadonlySet<string>;
  /** Numbers in one spelling: `1,000` and `1000`, `twelve` and `12`. */
  readonly numbers: ReadonlySet<string>;
  /** Names: words with a capital that the start of the sentence does not explain, and abbreviations. */
  readonly names: ReadonlySet<string>;
  readonly negated: boolean;
}

const spelled =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const tens = ['thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const numberWords = new Map<string, string>([
  ...spelled.map((word, at): [string, string] => [word, String(at)]),
  ...tens.map((word, at): [string, string] => [word, String((at + 3) * 10)]),
]);

/** "one" is more often a pronoun than a number. */
numberWords.delete('one');

const negation =
  /\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|except|unless|prohibited|forbidden)\b|n['’]t\b/iu;

export function claimsOf(text: string): Claims {
  const words = wordsIn(text);
  return {
    words: new Set(words.filter((word) => !stopWords.has(word)).map(stem)),
    numbers: numbersIn(text),
    names: namesIn(text),
    negated: negation.test(text),
  };
}

/** Digits with their separators taken out; months and other words stay words. */
export function numbersIn(text: string): Set<string> {
  const digits = [...text.matchAll(/\p{Nd}+(?:[.,:'’\u00a0\u202f]\p{Nd}+)*/gu)].map((match) => canonical(match[0]));
  const words = wordsIn(text).flatMap((word) => numberWords.get(word) ?? []);
  return new Set([...digits, ...words]);
}

/** `1,000` and `1 000` are 1000; `3.50` is 3.5; `10:30` stays as it is. */
function canonical(number: string): string {
  const ungrouped = number.replace(/(?<=\d)[,'’\u00a0\u202f](?=\d{3}(?!\d))/gu, '');
  const pointed = /^\d+[.,]\d{1,2}$/u.test(ungrouped) ? ungrouped.replace(',', '.') : ungrouped;
  return pointed.includes('.') && /^\d+\.\d+$/u.test(pointed)
    ? String(Number(pointed))
    : pointed.replace(/^0+(?=\d)/u, '');
}

function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/\p{Lu}[\p{L}\p{N}]*/gu)) {
    const before = text.slice(0, match.index);
    if (/[\p{L}\p{N}’']$/u.test(before)) continue;
    const startsSentence = /(?:^|[.!?:…]["'”’)\]]*)\s*["'“‘(*_-]*\s*$/u.test(before);
    const word = match[0].toLowerCase();
    const abbreviation = /^\p{Lu}[\p{Lu}\p{N}]+$/u.test(match[0]);
    // At the start of a sentence every word has a capital; a second one after it makes a name ("Marta Ruiz").
    const leads = /^\s+\p{Lu}/u.test(text.slice(match.index + match[0].length));
    if ((!startsSentence || abbreviation || leads) && !stopWords.has(word)) names.add(stem(word));
  }
  return names;
}
