import type { Answer, Piece } from '../../inference/types.ts';
import type { LoadedModel, ServedModel } from '../types.ts';

/** Ollama's own shapes of answers (api/types.go). Times are nanoseconds. */

const messageOf = ({ text, thinking, toolCalls }: Partial<Piece>) => ({
  role: 'assistant' as const,
  content: text ?? '',
  ...(thinking === undefined ? {} : { thinking }),
  ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map((call) => ({ function: call })) }),
});

const stamp = (model: string) => ({ model, created_at: new Date().toISOString() });

const endOf = (answer: Answer) => ({
  done: true,
  done_reason: answer.stopReason ?? 'stop',
  total_duration: Math.round(answer.milliseconds * 1e6),
  prompt_eval_count: answer.promptTokens ?? 0,
  eval_count: answer.answerTokens ?? 0,
});

export const chatPiece = (model: string, piece: Piece) => ({ ...stamp(model), message: messageOf(piece), done: false });

export const chatEnd = (model: string, answer: Answer, whole: Partial<Piece> = {}) => ({
  ...stamp(model),
  message: messageOf(whole),
  ...endOf(answer),
});

const generated = ({ text, thinking }: Partial<Piece>) => ({
  response: text ?? '',
  ...(thinking === undefined ? {} : { thinking }),
});

export const generatePiece = (model: string, piece: Piece) => ({ ...stamp(model), ...generated(piece), done: false });

export const generateEnd = (model: string, answer: Answer, whole: Partial<Piece> = {}) => ({
  ...stamp(model),
  ...generated(whole),
  ...endOf(answer),
});

export const embedAnswer = (model: string, vectors: readonly Float32Array[], answer: Answer) => ({
  model,
  embeddings: vectors.map((vector) => Array.from(vector)),
  total_duration: Math.round(answer.milliseconds * 1e6),
  prompt_eval_count: answer.promptTokens ?? 0,
});

/** `8.0B`, as Ollama writes it. */
function sizeOf(parameters: number | null): string {
  if (parameters === null) return '';
  return parameters >= 1e9 ? `${(parameters / 1e9).toFixed(1)}B` : `${(parameters / 1e6).toFixed(2)}M`;
}

export const listed = ({ name, digest, size, modifiedAt, family, parameters, quantization }: ServedModel) => ({
  name,
  model: name,
  modified_at: modifiedAt,
  size,
  digest,
  details: {
    parent_model: '',
    format: 'gguf',
    family: family ?? '',
    families: family === null ? [] : [family],
    parameter_size: sizeOf(parameters),
    quantization_level: quantization ?? '',
  },
});

export const running = ({ name, bytes, gpuBytes }: LoadedModel) => ({
  name,
  model: name,
  size: bytes,
  size_vram: gpuBytes,
});
