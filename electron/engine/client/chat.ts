import type { ChatRequest as OllamaRequest, ChatResponse, Message, Ollama, Options } from 'ollama';
import { CloisterError } from '../../../shared/errors.ts';
import type { ChatChunk, ChatMessage, ChatRequest, Sampling, ToolCall } from '../types.ts';

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
  const { maxTokens, temperature, seed, sampling, tools, format, think = false } = request;
  return {
    model: request.model,
    messages: request.messages.map(messageOf),
    stream: true,
    truncate: false,
    shift: false,
    think,
    keep_alive: chatKeepAlive,
    ...(format === undefined ? {} : { format }),
    ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    options: {
      num_ctx: request.contextTokens,
      ...defined({ num_predict: maxTokens, temperature, seed }),
      ...(sampling === undefined ? {} : optionsOf(sampling)),
    },
  } as OllamaRequest & { stream: true } & Strictness;
}

const defined = <Values extends object>(values: Values): Partial<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;

const optionsOf = (sampling: Sampling): Partial<Options> =>
  defined({
    top_p: sampling.topP,
    top_k: sampling.topK,
    min_p: sampling.minP,
    repeat_penalty: sampling.repeatPenalty,
    repeat_last_n: sampling.repeatLastTokens,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    stop: sampling.stop,
  }) as Partial<Options>;

const messageOf = ({ role, content, images, thinking, toolCalls, toolName }: ChatMessage): Message => ({
  role,
  content,
  ...(images === undefined ? {} : { images: [...images] }),
  ...(thinking === undefined ? {} : { thinking }),
  ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map((call) => ({ function: { ...call } })) }),
  ...(toolName === undefined ? {} : { tool_name: toolName }),
});

const callsOf = (message: Message): readonly ToolCall[] | undefined =>
  message.tool_calls?.map(({ function: called }) => ({ name: called.name, arguments: called.arguments }));

/** What one message of the stream holds beside its text. */
const besideText = (message: Message): Pick<ChatChunk, 'thinking' | 'toolCalls'> => {
  const toolCalls = callsOf(message);
  return {
    ...(message.thinking === undefined || message.thinking === '' ? {} : { thinking: message.thinking }),
    ...(toolCalls === undefined || toolCalls.length === 0 ? {} : { toolCalls }),
  };
};

const lastChunk = (response: ChatResponse): ChatChunk => ({
  text: response.message.content,
  ...besideText(response.message),
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
      yield { text: response.message.content, ...besideText(response.message), done: false };
    }
    throw new CloisterError('engine_failed', 'The answer broke off. Try again.');
  } finally {
    stream.abort();
  }
}
