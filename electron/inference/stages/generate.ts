import { quotePassages } from '../../documents/index.ts';
import type { ChatChunk, Engine } from '../../engine/types.ts';
import { createInvisibleStripper } from '../../guard/index.ts';
import { buildMessages } from '../prompt.ts';
import type { Models } from '../../models/types.ts';
import type { Work } from '../types.ts';

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
): AsyncGenerator<string> {
  if (work.request.mode === 'search' || work.request.mode === 'quotes') return;
  if (work.model === null) return;
  const messages = buildMessages({
    question: work.question,
    history: work.history,
    passages: work.hits,
    contextTokens: work.contextTokens,
    controlTokens: work.controlTokens,
  });
  const client = await engine.client();
  const answer = client.chat(
    {
      model: work.model.name,
      messages,
      contextTokens: work.contextTokens,
      temperature: work.request.mode === 'generate' ? 0 : 0.7,
    },
    work.signal,
  );
  for await (const text of visible(confirmed(answer, work.model.name, models), work)) {
    work.text += text;
    yield text;
  }
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

async function* visible(answer: AsyncIterable<ChatChunk>, work: Work): AsyncGenerator<string> {
  const stripper = createInvisibleStripper();
  for await (const chunk of answer) {
    if (chunk.done) {
      work.promptTokens = chunk.promptTokens ?? null;
      work.answerTokens = chunk.answerTokens ?? null;
    }
    const text = stripper.push(chunk.text) + (chunk.done ? stripper.end() : '');
    if (text !== '') yield text;
  }
}

/** The answer by quotes: each passage's answering sentences, in order of worth. */
export function quote(work: Work) {
  return quotePassages(work.question, work.hits).slice(0, quotedPassages);
}
