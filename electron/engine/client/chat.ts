import type { ChatRequest as OllamaRequest, ChatResponse, Ollama } from 'ollama';
import { CloisterError } from '../../../shared/errors.ts';
import type { ChatChunk, ChatRequest } from '../types.ts';

/** A person reads an answer and asks on; ten minutes spare the next question the loading. */
const chatKeepAlive = '10m';

/** Ollama's own fields that its client's types do not name (api/types.go). */
interface Strictness {
  /** An input that does not fit is refused, never cut. */
  readonly truncate: boolean;
  /** A full context ends the answer, instead of dropping its beginning. */
  readonly shift: boolean;
}

export function toOllama(request: ChatRequest): OllamaRequest & { stream: true } & Strictness {
  const { maxTokens, temperature, seed } = request;
  return {
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    truncate: false,
    shift: false,
    // The answer is what is shown; hidden thinking would only look like a stall.
    think: false,
    keep_alive: chatKeepAlive,
    options: {
      num_ctx: request.contextTokens,
      ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(seed === undefined ? {} : { seed }),
    },
  };
}

const lastChunk = (response: ChatResponse): ChatChunk => ({
  text: response.message.content,
  done: true,
  promptTokens: response.prompt_eval_count,
  answerTokens: response.eval_count,
  stopReason: response.done_reason,
});

/**
 * Streams the answer, message by message as the engine makes it, also those without text. Leaving the loop makes the engine
 * stop.
 */
export async function* chat(ollama: Ollama, request: ChatRequest): AsyncGenerator<ChatChunk> {
  const stream = await ollama.chat(toOllama(request));
  try {
    for await (const response of stream) {
      if (response.done) {
        yield lastChunk(response);
        return;
      }
      yield { text: response.message.content, done: false };
    }
    throw new CloisterError('engine_failed', 'The answer broke off. Try again.');
  } finally {
    stream.abort();
  }
}
