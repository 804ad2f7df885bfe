import type { SearchHit } from '../types.ts';
import type { AnswerMark, IsFootnote } from './answer-sentences.ts';
import { normaliseText } from './normalise.ts';

/** Characters beside a mark by which it is known again; fewer stand in many places. */
const widest = 24;
const fewest = 12;

const withoutGaps = (text: string): string => normaliseText(text).text.replace(/ (?=\[)|(?<=\]) /gu, '');

/**
 * Tells a footnote's mark that an answer took over with the words around it (“allowed.[2]”) from a citation of the second
 * passage: it stands in a passage beside the same words, and the passage that it would name does not hold these.
 */
export function footnotesOf(passages: readonly SearchHit[]): IsFootnote {
  const texts = passages.map(({ text }) => withoutGaps(text));
  const isOwn = (words: string, withMark: string, numbers: readonly number[]): boolean =>
    words.length >= fewest &&
    texts.some((text) => text.includes(withMark)) &&
    !numbers.some((number) => texts[number - 1]?.includes(words));
  return ({ mark, numbers, before, after }: AnswerMark) => {
    const sign = withoutGaps(mark);
    const left = withoutGaps(before).trimEnd().slice(-widest);
    const right = withoutGaps(after).trimStart().slice(0, widest);
    return isOwn(left, left + sign, numbers) || isOwn(right, sign + right, numbers);
  };
}
