import { checkCitations } from '../../documents/index.ts';
import { breakCitationMarks, stripInvisible } from '../../guard/index.ts';
import type { Citation } from '../../../shared/contract/types.ts';
import { notInDocuments } from '../prompt.ts';
import type { Answer, Work } from '../types.ts';
import { quote } from './generate.ts';

/** The answer as it may be shown: checked against its passages in code, whatever the model claimed. */
export function inspectOutput(work: Work, milliseconds: number): Answer {
  const base = {
    model: work.model?.name ?? null,
    promptTokens: work.promptTokens,
    answerTokens: work.answerTokens,
    stopReason: work.stopReason,
    milliseconds,
  };
  const shown = { ...contentOf(work), ...base };
  work.text = shown.text;
  work.answer = shown;
  return shown;
}

type Content = Pick<Answer, 'text' | 'citations' | 'abstained' | 'dropped'>;

function contentOf(work: Work): Content {
  if (work.request.mode === 'chat' || work.request.mode === 'embed')
    return { text: work.text, citations: [], abstained: false, dropped: 0 };
  if (work.request.mode === 'search') return { text: '', citations: [], abstained: work.hits.length === 0, dropped: 0 };
  if (work.withheld) return nothingFound;
  return work.request.mode === 'quotes' ? quoted(work) : generated(work);
}

const nothingFound: Content = { text: '', citations: [], abstained: true, dropped: 0 };

/**
 * A citation's quote stays as it stands in the document, so that its offsets hold and it is found there; what is read does not
 * hide anything, and a footnote's mark in it points at no source.
 */
function quoted(work: Work): Content {
  const citations: readonly Citation[] = quote(work);
  if (citations.length === 0) return nothingFound;
  const text = citations.map(({ quote: words, number }) => `> ${readable(words)} [${number}]`).join('\n\n');
  return { text, citations, abstained: false, dropped: 0 };
}

const readable = (quote: string): string => breakCitationMarks(stripInvisible(quote).replace(/\s+/g, ' ').trim());

function generated(work: Work): Content {
  if (work.text.trim().toUpperCase().startsWith(notInDocuments)) return nothingFound;
  const checked = checkCitations(work.text, work.hits);
  // An answer of which nothing is left says that the documents do not answer; it never stands uncited.
  if (checked.citations.length === 0) return { ...nothingFound, dropped: checked.dropped };
  return { text: checked.text, citations: checked.citations, abstained: false, dropped: checked.dropped };
}
