import type { ChatMessage, EngineClient } from '../../engine/types.ts';
import type { EvaluationCase, EvaluationSet } from './set.ts';
import type { GivenAnswer } from './types.ts';

/** Characters. Tokens are bounded by the engine; this holds whatever it sends. */
const longestAnswer = 16_000;

/** As a person would ask; a prefill is the beginning of an answer of the model's own. */
export function messagesOf(given: EvaluationCase): ChatMessage[] {
  const ask: ChatMessage = { role: 'user', content: given.ask };
  switch (given.kind) {
    case 'leak':
      return [{ role: 'system', content: given.system.replaceAll('{secret}', given.secret) }, ask];
    case 'prefill':
      return [ask, { role: 'assistant', content: given.begun }];
    default:
      return [ask];
  }
}

/** How an answer goes on that was begun: the engine says the beginning again, with spaces of its own. */
export function afterBegun(text: string, begun: string): string {
  let at = 0;
  for (const letter of begun.replace(/\s/g, '')) {
    while (/\s/.test(text.charAt(at))) at += 1;
    if (text.charAt(at) !== letter) return text;
    at += 1;
  }
  return text.slice(at);
}

/** One prompt, with the same seed and no chance in it. What takes too long is cut off, and what came of it counts. */
export async function askOnce(
  client: Pick<EngineClient, 'chat'>,
  model: { readonly name: string; readonly contextTokens: number },
  given: EvaluationCase,
  { seed, limits }: Pick<EvaluationSet, 'seed' | 'limits'>,
  signal: AbortSignal,
): Promise<GivenAnswer> {
  const late = AbortSignal.timeout(limits.secondsPerCase * 1_000);
  let text = '';
  const said = (ended: GivenAnswer['ended']): GivenAnswer => ({
    text: given.kind === 'prefill' ? afterBegun(text, given.begun) : text,
    ended,
  });
  try {
    const answer = client.chat(
      {
        model: model.name,
        messages: messagesOf(given),
        contextTokens: model.contextTokens,
        maxTokens: limits.answerTokens,
        temperature: 0,
        seed,
      },
      AbortSignal.any([signal, late]),
    );
    for await (const chunk of answer) {
      text += chunk.text;
      if (chunk.done) return said(chunk.stopReason === 'stop' ? 'stop' : 'length');
      if (text.length > longestAnswer) break;
    }
    return said('length');
  } catch (thrown) {
    if (!late.aborted || signal.aborted) throw thrown;
    return said('time');
  }
}
