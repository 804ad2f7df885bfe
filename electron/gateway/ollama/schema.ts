import { z } from 'zod';
import type { Sampling } from '../../engine/types.ts';
import type { ClientConversation } from '../../inference/types.ts';
import { images, jsonSchema, modelName, mostMessages, mostTexts, text, toolArguments, tools } from '../schema.ts';

const format = z.union([z.literal('json'), z.literal(''), jsonSchema]).nullish();
const think = z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).nullish();

/** How the next token is drawn. The rest (context, threads, layers) is the machine's and policy's, and left out. */
const options = z
  .object({
    temperature: z.number().min(0).max(10).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: z.number().int().min(0).max(1_000_000).optional(),
    min_p: z.number().min(0).max(1).optional(),
    seed: z.number().int().optional(),
    num_predict: z.number().int().min(-2).max(10_000_000).optional(),
    repeat_penalty: z.number().min(0).max(10).optional(),
    repeat_last_n: z.number().int().min(-1).max(1_000_000).optional(),
    presence_penalty: z.number().min(-10).max(10).optional(),
    frequency_penalty: z.number().min(-10).max(10).optional(),
    stop: z.union([z.string().max(1_000), z.array(z.string().max(1_000)).max(32)]).optional(),
  })
  .nullish();

const message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: text.default(''),
  thinking: text.optional(),
  images: images.nullish(),
  tool_calls: z
    .array(z.object({ function: z.object({ name: z.string().max(64), arguments: toolArguments }) }))
    .max(64)
    .nullish(),
  tool_name: z.string().max(64).optional(),
});

/** `keep_alive` is the house's to say: how long a model stays in memory. */
const common = {
  model: modelName,
  stream: z.boolean().default(true),
  format,
  options,
  think,
  keep_alive: z.unknown().optional(),
};

export const chatRequest = z.object({
  ...common,
  messages: z.array(message).min(1).max(mostMessages),
  tools: tools.nullish(),
});
export const chatRefused = ['logprobs', 'top_logprobs', '_debug_render_only'];

export const generateRequest = z.object({ ...common, prompt: text, system: text.nullish(), images: images.nullish() });
/** They would go around the model's own template, or take another program's memory of a talk for ours. */
export const generateRefused = ['raw', 'template', 'context', 'suffix', 'logprobs', 'top_logprobs'];

export const embedRequest = z.object({
  model: modelName,
  input: z.union([text, z.array(text).min(1).max(mostTexts)]),
  keep_alive: z.unknown().optional(),
  options: z.unknown().optional(),
  truncate: z.unknown().optional(),
});
export const embedRefused = ['dimensions'];

type Common = Pick<z.output<typeof chatRequest>, 'format' | 'options' | 'think'>;

/** What chat and generate have in common, in the house's words. Empty values stand for "not said". */
function commonOf({ format, options, think }: Common): Omit<ClientConversation, 'messages' | 'tools'> {
  const { temperature, seed, num_predict: maxTokens } = options ?? {};
  return {
    temperature,
    seed,
    // Below nought is Ollama's "without end": the context is the end then.
    maxTokens: maxTokens === undefined || maxTokens < 0 ? undefined : maxTokens,
    sampling: samplingOf(options),
    format: format === null || format === '' ? undefined : format,
    think: think ?? undefined,
  };
}

function samplingOf(options: Common['options']): Sampling | undefined {
  if (options === null || options === undefined) return undefined;
  const { stop } = options;
  return {
    topP: options.top_p,
    topK: options.top_k,
    minP: options.min_p,
    repeatPenalty: options.repeat_penalty,
    repeatLastTokens: options.repeat_last_n,
    presencePenalty: options.presence_penalty,
    frequencyPenalty: options.frequency_penalty,
    stop: typeof stop === 'string' ? [stop] : stop,
  };
}

export const conversationOfChat = (request: z.output<typeof chatRequest>): ClientConversation => ({
  ...commonOf(request),
  messages: request.messages.map((each) => ({
    role: each.role,
    content: each.content,
    images: each.images ?? undefined,
    thinking: each.thinking,
    toolCalls: each.tool_calls?.map(({ function: called }) => called),
    toolName: each.tool_name,
  })),
  tools: request.tools?.map(({ function: offered }) => offered),
});

export const conversationOfPrompt = (request: z.output<typeof generateRequest>): ClientConversation => ({
  ...commonOf(request),
  messages: [
    ...(request.system ? [{ role: 'system' as const, content: request.system }] : []),
    { role: 'user', content: request.prompt, images: request.images ?? undefined },
  ],
});
