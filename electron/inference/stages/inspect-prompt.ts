import { CloisterError } from '../../../shared/errors.ts';
import { neutraliseControlTokens, stripInvisible } from '../../guard/index.ts';
import type { Work } from '../types.ts';

/** Characters of one question. Above this no local model's context holds it together with passages. */
export const maximumQuestion = 200_000;

/**
 * The question as it may go on: invisible characters stripped, control tokens of chat templates neutralised (a person who
 * pastes a document pastes its traps as well), nothing too long. What was typed is what the talk keeps.
 */
export function inspectPrompt(work: Work): void {
  if (work.request.question.length > maximumQuestion) {
    throw new CloisterError('too_large', 'The question is too long. Put the text into a document and ask about it.', {
      detail: { characters: work.request.question.length, limit: maximumQuestion },
    });
  }
  const safe = (text: string) => neutraliseControlTokens(stripInvisible(text));
  work.question = safe(work.request.question);
  work.history = work.request.history.map((turn) => ({ role: turn.role, text: safe(turn.text) }));
  if (work.question.trim() === '') throw new CloisterError('bad_request', 'Type a question first.');
}
