import { splitIntoSentences } from '../split/sentences.ts';

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

/** `[1]`, `[1, 3]`, `[2-4]`, `[Passage 2]`, `【1】`. */
const mark =
  /\s*[[【]\s*(?:(?:passage|source|doc(?:ument)?)\s*)?(\d{1,2}(?:\s*(?:[,;–-]|and)\s*\d{1,2})*)[^\]】\d]{0,12}[\]】]/giu;
const linePrefix = /^\s*(?:(?:[-*•>]|\d{1,3}[.)]|#{1,6})\s+)*/u;

export const linesOf = (answer: string): AnswerLine[] => answer.split('\n').map(lineOf);

function lineOf(line: string): AnswerLine {
  const prefix = (linePrefix.exec(line) ?? [''])[0];
  const body = line.slice(prefix.length);
  const { bare, marks } = takeMarks(body);
  const spans = splitIntoSentences(bare);
  const sentences = spans.map((span, at) => {
    const next = spans[at + 1]?.start ?? bare.length + 1;
    // A mark after the full stop belongs to the sentence before it.
    const first = at === 0 ? -1 : span.start;
    const cites = marks.filter((each) => each.at > first && each.at <= next).flatMap((each) => each.numbers);
    return { text: bare.slice(span.start, span.end), cites: [...new Set(cites)] };
  });
  return { prefix, sentences };
}

function takeMarks(body: string): { bare: string; marks: { at: number; numbers: number[] }[] } {
  const marks: { at: number; numbers: number[] }[] = [];
  let bare = '';
  let last = 0;
  for (const match of body.matchAll(mark)) {
    bare += body.slice(last, match.index);
    marks.push({ at: bare.length, numbers: numbersOf(match[1] ?? '') });
    last = match.index + match[0].length;
  }
  return { bare: bare + body.slice(last), marks };
}

function numbersOf(text: string): number[] {
  const range = /^(\d+)\s*[–-]\s*(\d+)$/u.exec(text.trim());
  if (range === null) return (text.match(/\d+/gu) ?? []).map(Number);
  const [from, to] = [Number(range[1]), Number(range[2])];
  return Array.from({ length: Math.max(0, Math.min(to - from + 1, 20)) }, (_unused, at) => from + at);
}
