import { quotePassages } from '../../documents/index.ts';
import type { ChatChunk, ChatRequest, Engine } from '../../engine/types.ts';
import { createInvisibleStripper, neutraliseControlTokens } from '../../guard/index.ts';
import { buildMessages } from '../prompt.ts';
import type { Models } from '../../models/types.ts';
import type { Piece, Work } from '../types.ts';

/** Passages shown when answering by quotes alone. */
export const quotedPassages = 3;

/**
 * Writes the answer, piece by piece, without characters that hide: what is shown meanwhile is what is kept of an answer that is
 * cut off. *Quotes* needs no model: the best passages with their answering sentences. *Generate* and *chat* stream from the
 * engine; leaving the loop early stops the engine too.
 */
export async function* generate(
  work: Work,
  engine: Pick<Engine, 'client'>,
  models: Pick<Models, 'confirmLoad'>,
): AsyncGenerator<Piece> {
  if (work.request.mode === 'search' || work.request.mode === 'quotes') return;
  if (work.model === null) return;
  const request = engineRequest(work, work.model.name);
  const client = await engine.client();
  const answer = client.chat(request, work.signal);
  for await (const piece of visible(confirmed(answer, work.model.name, models), work)) {
    work.text += piece.text;
    yield piece;
  }
}

function engineRequest(work: Work, model: string): ChatRequest {
  const { conversation, contextTokens, controlTokens } = work;
  if (conversation === null) {
    const { question, history, hits: passages } = work;
    const messages = buildMessages({ question, history, passages, contextTokens, controlTokens });
    return { model, messages, contextTokens, temperature: work.request.mode === 'generate' ? 0 : 0.7 };
  }
  const messages = conversation.messages.map((message) => ({
    ...message,
    content: neutraliseControlTokens(message.content, controlTokens),
  }));
  return { ...conversation, model, messages, contextTokens };
}

/** The first piece shows that the engine has read the model: what it read must be what was checked. */
async function* confirmed(
  answer: AsyncIterable<ChatChunk>,
  model: string,
  models: Pick<Models, 'confirmLoad'>,
): AsyncGenerator<ChatChunk> {
  let isConfirmed = false;
  for await (const chunk of answer) {
    if (!isConfirmed) await models.confirmLoad(model);
    isConfirmed = true;
    yield chunk;
  }
}

async function* visible(answer: AsyncIterable<ChatChunk>, work: Work): AsyncGenerator<Piece> {
  const stripper = createInvisibleStripper();
  for await (const { text: raw, done, promptTokens, answerTokens, stopReason, ...beside } of answer) {
    if (done) {
      work.promptTokens = promptTokens ?? null;
      work.answerTokens = answerTokens ?? null;
      work.stopReason = stopReason ?? null;
    }
    const text = stripper.push(raw) + (done ? stripper.end() : '');
    if (text !== '' || beside.thinking !== undefined || beside.toolCalls !== undefined) yield { text, ...beside };
  }
}

/** The answer by quotes: each passage's answering sentences, in order of worth. */
export function quote(work: Work) {
  return quotePassages(work.question, work.hits).slice(0, quotedPassages);
}
