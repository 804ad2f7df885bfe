import type { Citation } from '../../../shared/contract/types.ts';
import type { SearchHit } from '../types.ts';
import { linesOf, type AnswerLine, type AnswerSentence } from './answer-sentences.ts';
import { numbersIn } from './claims.ts';
import { footnotesOf } from './footnotes.ts';
import { passageOf } from './passage.ts';
import { supportFor, type Support } from './support.ts';

export interface CheckedAnswer {
  /** The sentences that hold, with citations numbered anew from 1. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Sentences left out because no passage carries them. */
  readonly dropped: number;
}

/** "The handbook says:" claims nothing; it stays while something it leads to stays. */
const longestLead = 12;

interface CheckedLine {
  readonly text: string;
  readonly kind: 'said' | 'lead' | 'empty';
}

/**
 * Checks a written answer against its numbered passages, whatever the model claims. A sentence stays when its quotations
 * stand word for word in the passages it cites, its numbers and names all occur there, and most of its words do. A sentence
 * without a mark is held against all passages, and cited when one carries it. No other mark stands in the text than those of the
 * citations.
 */
export function checkCitations(answer: string, passages: readonly SearchHit[]): CheckedAnswer {
  const citations: Citation[] = [];
  let dropped = 0;
  const lines = linesOf(answer, footnotesOf(passages)).map((line): CheckedLine => {
    const kept = line.sentences.flatMap((sentence) => {
      if (isLead(line, sentence)) return [sentence.text];
      const support = supportOf(sentence, passages);
      if (support.length === 0) {
        dropped += 1;
        return [];
      }
      return [`${sentence.text} ${cite(citations, support)}`];
    });
    if (kept.length === 0) return { text: '', kind: 'empty' };
    const lead = line.sentences.every((sentence) => isLead(line, sentence));
    return { text: line.prefix + kept.join(' '), kind: lead ? 'lead' : 'said' };
  });
  return { text: citations.length === 0 ? '' : joinLines(lines), citations, dropped };
}

function supportOf(sentence: AnswerSentence, passages: readonly SearchHit[]): Support[] {
  if (sentence.cites.length > 0) return supportFor(sentence.text, sentence.cites.flatMap((number) => passages[number - 1] ?? [])); // prettier-ignore
  for (const passage of passages) {
    const support = supportFor(sentence.text, [passage]);
    if (support.length > 0) return support;
  }
  return [];
}

function isLead(line: AnswerLine, sentence: AnswerSentence): boolean {
  const heading = line.prefix.includes('#');
  if (!heading && !sentence.text.endsWith(':')) return false;
  return (
    sentence.text.split(/\s+/u).length <= longestLead &&
    numbersIn(sentence.text).size === 0 &&
    !/["“”„«»]/u.test(sentence.text)
  );
}

/** One number a place: two sentences that rest on the same words share it. */
function cite(citations: Citation[], support: readonly Support[]): string {
  const numbers = support.map(({ hit, span, support: kind }) => {
    const start = hit.start + span.start;
    const end = hit.start + span.end;
    const known = citations.find(
      (one) => one.passage.documentId === hit.documentId && one.start === start && one.end === end,
    );
    if (known !== undefined) return known.number;
    const number = citations.length + 1;
    citations.push({
      number,
      passage: passageOf(hit),
      quote: hit.text.slice(span.start, span.end),
      start,
      end,
      support: kind,
    });
    return number;
  });
  return [...new Set(numbers)].map((number) => `[${number}]`).join('');
}

/** A lead with nothing under it goes; of several empty lines one stays. */
function joinLines(lines: readonly CheckedLine[]): string {
  const kept: string[] = [];
  let saidBelow = false;
  for (const line of lines.toReversed()) {
    if (line.kind === 'said' || (line.kind === 'lead' && saidBelow)) kept.unshift(line.text);
    else if (line.kind === 'empty' && kept.length > 0 && kept[0] !== '') kept.unshift('');
    saidBelow ||= line.kind === 'said';
  }
  return kept.join('\n').trim();
}
