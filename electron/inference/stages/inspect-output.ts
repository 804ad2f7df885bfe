import { abstains, checkCitations } from '../../documents/index.ts';
import { stripInvisible } from '../../guard/index.ts';
import type { Citation } from '../../../shared/contract/types.ts';
import { notInDocuments } from '../prompt.ts';
import type { Answer, Work } from '../types.ts';
import { quote } from './generate.ts';

/** True when the passages found do not answer the question: then no model is asked to make something up from them. */
export function withheld(work: Work): boolean {
  if (work.request.mode === 'chat') return false;
  if (work.request.mode === 'search') return true;
  return work.hits.length === 0 || abstains(work.question, work.hits);
}

/** The answer as it may be shown: checked against its passages in code, whatever the model claimed. */
export function inspectOutput(work: Work, milliseconds: number): Answer {
  const base = {
    model: work.model?.name ?? null,
    promptTokens: work.promptTokens,
    answerTokens: work.answerTokens,
    milliseconds,
  };
  const shown = { ...contentOf(work), ...base };
  work.text = shown.text;
  work.answer = shown;
  return shown;
}

type Content = Pick<Answer, 'text' | 'citations' | 'abstained' | 'dropped'>;

function contentOf(work: Work): Content {
  if (work.request.mode === 'chat')
    return { text: stripInvisible(work.text), citations: [], abstained: false, dropped: 0 };
  if (work.request.mode === 'search') return { text: '', citations: [], abstained: work.hits.length === 0, dropped: 0 };
  if (withheld(work)) return nothingFound;
  return work.request.mode === 'quotes' ? quoted(work) : generated(work);
}

const nothingFound: Content = { text: '', citations: [], abstained: true, dropped: 0 };

function quoted(work: Work): Content {
  const citations: readonly Citation[] = quote(work);
  if (citations.length === 0) return nothingFound;
  const text = citations
    .map((citation) => `> ${citation.quote.replace(/\s+/g, ' ')} [${citation.number}]`)
    .join('\n\n');
  return { text, citations, abstained: false, dropped: 0 };
}

function generated(work: Work): Content {
  const text = stripInvisible(work.text);
  if (text.trim().toUpperCase().startsWith(notInDocuments)) return nothingFound;
  const checked = checkCitations(text, work.hits);
  // An answer of which nothing is left says that the documents do not answer; it never stands uncited.
  if (checked.citations.length === 0) return { ...nothingFound, dropped: checked.dropped };
  return { text: checked.text, citations: checked.citations, abstained: false, dropped: checked.dropped };
}
