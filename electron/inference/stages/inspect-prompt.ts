import { CloisterError } from '../../../shared/errors.ts';
import { neutraliseControlTokens, stripInvisible } from '../../guard/index.ts';
import type { ClientConversation, Work } from '../types.ts';

/** Characters of one request. Above this no local model's context holds it together with passages. */
export const maximumQuestion = 200_000;
/** Characters of all texts that are embedded in one request. */
const maximumEmbedded = 2_000_000;

/**
 * The request as it may go on: invisible characters stripped, control tokens of chat templates neutralised (a person who
 * pastes a document pastes its traps as well), nothing too long. What was typed is what the talk keeps.
 */
export function inspectPrompt(work: Work): void {
  const { conversation, texts } = work.request;
  if (texts !== undefined) work.texts = inspectTexts(texts);
  else if (conversation !== undefined) work.conversation = inspectConversation(conversation);
  else inspectQuestion(work);
}

const safe = (text: string): string => neutraliseControlTokens(stripInvisible(text));

function inspectQuestion(work: Work): void {
  const advice = 'The question is too long. Put the text into a document and ask about it.';
  checkLength(work.request.question.length, maximumQuestion, advice);
  work.question = safe(work.request.question);
  work.history = work.request.history.map((turn) => ({ role: turn.role, text: safe(turn.text) }));
  if (work.question.trim() === '') throw new CloisterError('bad_request', 'Type a question first.');
}

/** Vectors are of the texts as they are: they give no orders, and a stripped one would be another text's vector. */
function inspectTexts(texts: readonly string[]): readonly string[] {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  checkLength(characters, maximumEmbedded, 'These texts are too long for one request. Send fewer of them.');
  return texts;
}

function inspectConversation(conversation: ClientConversation): ClientConversation {
  const { messages } = conversation;
  const characters = messages.reduce((sum, message) => sum + message.content.length, 0);
  checkLength(characters, maximumQuestion, 'The messages are too long. Send fewer or shorter ones.');
  // The model would go on with words that it never said: the shortest way around what it declines.
  if (messages.at(-1)?.role === 'assistant') {
    throw new CloisterError('forbidden', 'An answer that is begun for the model is not allowed here.', {
      detail: { rule: 'prefill' },
    });
  }
  return { ...conversation, messages: messages.map((message) => ({ ...message, content: safe(message.content) })) };
}

function checkLength(characters: number, limit: number, advice: string): void {
  if (characters > limit) throw new CloisterError('too_large', advice, { detail: { characters, limit } });
}
