import { weighWords } from '../search/weights.ts';
import { wordsIn } from '../search/query.ts';
import { stem } from '../search/stem.ts';

const word = /[\p{L}\p{N}]+(?:[-_./][\p{L}\p{N}]+)*/gu;

/**
 * Stems of the words with which a question names something: a place, a person, a type, a number. They say which document
 * is meant; the sentence that answers seldom repeats them. The first word is large in any case.
 */
export function namedWords(question: string): ReadonlySet<string> {
  const told = weighWords(question, () => 1);
  const named = [...question.matchAll(word)].filter(
    ({ 0: text, index }) => /\p{N}/u.test(text) || (/^\p{Lu}/u.test(text) && question.slice(0, index).trim() !== ''),
  );
  return new Set(named.flatMap(({ 0: text }) => wordsIn(text).map(stem)).filter((each) => told.has(each)));
}
