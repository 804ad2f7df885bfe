import { randomUUID } from 'node:crypto';
import type { Answer, Piece } from '../../inference/types.ts';
import type { ServedModel } from '../types.ts';

/** OpenAI's own shapes of answers. Times are seconds. */

export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export const newCompletion = (model: string): Completion => ({
  id: `chatcmpl-${randomUUID()}`,
  created: Math.floor(Date.now() / 1000),
  model,
});

const callsOf = (calls: NonNullable<Piece['toolCalls']>, from: number) =>
  calls.map((call, at) => ({
    index: from + at,
    id: `call_${randomUUID()}`,
    type: 'function' as const,
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));

const usageOf = ({ promptTokens, answerTokens }: Answer) => ({
  prompt_tokens: promptTokens ?? 0,
  completion_tokens: answerTokens ?? 0,
  total_tokens: (promptTokens ?? 0) + (answerTokens ?? 0),
});

function finishOf({ stopReason }: Answer, calledTools: boolean): string {
  if (calledTools) return 'tool_calls';
  return stopReason === 'length' ? 'length' : 'stop';
}

/** `calls`: how many calls of tools came before this piece. */
export const chunk = (completion: Completion, piece: Piece, isFirst: boolean, calls: number) => ({
  ...completion,
  object: 'chat.completion.chunk' as const,
  choices: [
    {
      index: 0,
      delta: {
        ...(isFirst ? { role: 'assistant' as const } : {}),
        content: piece.text,
        ...(piece.thinking === undefined ? {} : { reasoning: piece.thinking }),
        ...(piece.toolCalls === undefined ? {} : { tool_calls: callsOf(piece.toolCalls, calls) }),
      },
      finish_reason: null,
    },
  ],
});

export const lastChunk = (completion: Completion, answer: Answer, calls: number) => ({
  ...completion,
  object: 'chat.completion.chunk' as const,
  choices: [{ index: 0, delta: {}, finish_reason: finishOf(answer, calls > 0) }],
});

export const usageChunk = (completion: Completion, answer: Answer) => ({
  ...completion,
  object: 'chat.completion.chunk' as const,
  choices: [],
  usage: usageOf(answer),
});

export const whole = (completion: Completion, { text, thinking, toolCalls }: Piece, answer: Answer) => ({
  ...completion,
  object: 'chat.completion' as const,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant' as const,
        content: text === '' && toolCalls !== undefined ? null : text,
        refusal: null,
        ...(thinking === undefined ? {} : { reasoning: thinking }),
        ...(toolCalls === undefined
          ? {}
          : { tool_calls: callsOf(toolCalls, 0).map(({ index: _at, ...call }) => call) }),
      },
      logprobs: null,
      finish_reason: finishOf(answer, toolCalls !== undefined),
    },
  ],
  usage: usageOf(answer),
});

const base64Of = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');

export const embeddings = (model: string, vectors: readonly Float32Array[], answer: Answer, asBase64: boolean) => ({
  object: 'list' as const,
  model,
  data: vectors.map((vector, index) => ({
    object: 'embedding' as const,
    index,
    embedding: asBase64 ? base64Of(vector) : Array.from(vector),
  })),
  usage: { prompt_tokens: answer.promptTokens ?? 0, total_tokens: answer.promptTokens ?? 0 },
});

export const listed = ({ name, modifiedAt }: ServedModel) => ({
  id: name,
  object: 'model' as const,
  created: Math.floor(Date.parse(modifiedAt) / 1000) || 0,
  owned_by: 'cloister',
});
