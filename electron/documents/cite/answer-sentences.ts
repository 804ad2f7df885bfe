import { breakCitationMarks, citationMark } from '../../guard/index.ts';
import { splitIntoSentences, type Span } from '../split/sentences.ts';
import { quotation } from './quotations.ts';

/** A sentence of an answer without its marks, and the passages the marks name (from 1). */
export interface AnswerSentence {
  readonly text: string;
  readonly cites: readonly number[];
}

/** A line keeps what makes it a list item, heading or quotation. */
export interface AnswerLine {
  readonly prefix: string;
  readonly sentences: readonly AnswerSentence[];
}

/** A mark where it stands in a line of an answer. */
export interface AnswerMark {
  /** As written: `[2]`. */
  readonly mark: string;
  readonly numbers: readonly number[];
  /** The line up to the mark and from it on, without other marks. */
  readonly before: string;
  readonly after: string;
}

/** True for a mark that the answer took over from a passage: it cites nothing. */
export type IsFootnote = (mark: AnswerMark) => boolean;

const mark = new RegExp(`(?<!\\s)\\s*${citationMark.source}`, citationMark.flags);
const linePrefix = /^\s*(?:(?:[-*•>]|\d{1,3}[.)]|#{1,6})\s+)*/u;

export const linesOf = (answer: string, isFootnote: IsFootnote = () => false): AnswerLine[] =>
  answer.split('\n').map((line) => lineOf(line, isFootnote));

function lineOf(line: string, isFootnote: IsFootnote): AnswerLine {
  const prefix = (linePrefix.exec(line) ?? [''])[0];
  const { bare, marks } = takeMarks(line.slice(prefix.length), isFootnote);
  const spans = withWholeQuotations(bare, splitIntoSentences(bare));
  const sentences = spans.map((span, at) => {
    const next = spans[at + 1]?.start ?? bare.length + 1;
    // A mark after the full stop belongs to the sentence before it.
    const first = at === 0 ? -1 : span.start;
    const cites = marks.filter((each) => each.at > first && each.at <= next).flatMap((each) => each.numbers);
    // Two halves around a mark that was taken out could make another one.
    return { text: breakCitationMarks(bare.slice(span.start, span.end)), cites: [...new Set(cites)] };
  });
  return { prefix, sentences };
}

/** A quotation of several sentences is checked as one: its parts would each pass for a paraphrase. */
function withWholeQuotations(text: string, sentences: readonly Span[]): Span[] {
  const quoted = [...text.matchAll(quotation)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const whole: Span[] = [];
  for (const span of sentences) {
    const last = whole.at(-1);
    const cut = last !== undefined && quoted.some(({ start, end }) => start < last.end && span.start < end);
    if (cut) whole[whole.length - 1] = { start: last.start, end: span.end };
    else whole.push(span);
  }
  return whole;
}

function takeMarks(body: string, isFootnote: IsFootnote): { bare: string; marks: { at: number; numbers: number[] }[] } {
  const marks: { at: number; mark: string; numbers: number[] }[] = [];
  let bare = '';
  let last = 0;
  for (const match of body.matchAll(mark)) {
    bare += body.slice(last, match.index);
    marks.push({ at: bare.length, mark: match[0].trim(), numbers: numbersOf(match[1] ?? '') });
    last = match.index + match[0].length;
  }
  bare += body.slice(last);
  const cites = marks.filter(
    ({ at, ...rest }) => !isFootnote({ ...rest, before: bare.slice(0, at), after: bare.slice(at) }),
  );
  return { bare, marks: cites };
}

function numbersOf(text: string): number[] {
  const range = /^(\d+)\s*[–-]\s*(\d+)$/u.exec(text.trim());
  if (range === null) return (text.match(/\d+/gu) ?? []).map(Number);
  const [from, to] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: Math.max(0, Math.min(to - from + 1, 20)) }, (_unused, at) => from + at);
}
