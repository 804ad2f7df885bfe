import { z } from 'zod';
import type { ChatMessage } from '../../engine/types.ts';
import type { ClientConversation } from '../../inference/types.ts';
import { HttpProblem } from '../problems.ts';
import { image, jsonSchema, modelName, mostMessages, mostTexts, text, toolArguments, tools } from '../schema.ts';

const textPart = z.object({ type: z.literal('text'), text });
/** Pictures come in the request itself: nothing is fetched from anywhere. */
const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.object({
    url: z
      .string()
      .max(28 * 1024 * 1024)
      .regex(/^data:image\/(?:png|jpeg|jpg|webp|gif);base64,/, 'a data: address with a picture'),
  }),
});
const parts = z.array(z.discriminatedUnion('type', [textPart, imagePart])).max(64);

const call = z.object({
  id: z.string().max(200).optional(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().max(64), arguments: text }),
});

const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([text, parts]).nullish(),
  tool_calls: z.array(call).max(64).nullish(),
  tool_call_id: z.string().max(200).optional(),
});

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: jsonSchema }) }),
]);

export const chatRequest = z.object({
  model: modelName,
  messages: z.array(message).min(1).max(mostMessages),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  n: z.literal(1, 'one answer at a time').nullish(),
  max_tokens: z.number().int().min(1).max(10_000_000).nullish(),
  max_completion_tokens: z.number().int().min(1).max(10_000_000).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.number().int().nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  stop: z.union([z.string().max(1_000), z.array(z.string().max(1_000)).max(32)]).nullish(),
  response_format: responseFormat.nullish(),
  tools: tools.nullish(),
  tool_choice: z.enum(['none', 'auto'], 'none or auto').nullish(),
  reasoning_effort: z.enum(['none', 'low', 'medium', 'high']).nullish(),
});
export const chatRefused = [
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'audio',
  'functions',
  'function_call',
  'prediction',
  'web_search_options',
];

export const embeddingsRequest = z.object({
  model: modelName,
  input: z.union([text, z.array(text).min(1).max(mostTexts)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});
export const embeddingsRefused = ['dimensions'];

type Chat = z.output<typeof chatRequest>;

export const conversationOf = (request: Chat): ClientConversation => ({
  messages: messagesOf(request.messages),
  tools: request.tool_choice === 'none' ? undefined : request.tools?.map(({ function: offered }) => offered),
  format: formatOf(request.response_format),
  think: request.reasoning_effort === 'none' ? false : (request.reasoning_effort ?? undefined),
  temperature: request.temperature ?? undefined,
  seed: request.seed ?? undefined,
  maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
  sampling: {
    topP: request.top_p ?? undefined,
    presencePenalty: request.presence_penalty ?? undefined,
    frequencyPenalty: request.frequency_penalty ?? undefined,
    stop: typeof request.stop === 'string' ? [request.stop] : (request.stop ?? undefined),
  },
});

function formatOf(asked: Chat['response_format']): ClientConversation['format'] {
  if (asked?.type === 'json_object') return 'json';
  return asked?.type === 'json_schema' ? asked.json_schema.schema : undefined;
}

/** The engine knows a tool's result by the tool's name, the other dialect by the call's id. */
function messagesOf(messages: Chat['messages']): ChatMessage[] {
  const nameOfCall = new Map<string, string>();
  return messages.map(({ role, content, tool_calls: calls, tool_call_id: answered }) => {
    for (const { id, function: called } of calls ?? []) if (id !== undefined) nameOfCall.set(id, called.name);
    const pictures = Array.isArray(content)
      ? content.flatMap((part) => (part.type === 'image_url' ? [pictureOf(part.image_url.url)] : []))
      : [];
    return {
      role: role === 'developer' ? 'system' : role,
      content: textOf(content),
      ...(pictures.length === 0 ? {} : { images: pictures }),
      ...(calls
        ? {
            toolCalls: calls.map(({ function: called }) => ({
              name: called.name,
              arguments: argumentsOf(called.arguments),
            })),
          }
        : {}),
      ...(answered === undefined ? {} : { toolName: nameOfCall.get(answered) }),
    };
  });
}

function textOf(content: Chat['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function pictureOf(url: string): string {
  const base64 = image.safeParse(url.slice(url.indexOf(',') + 1));
  if (!base64.success) throw new HttpProblem(422, 'A picture is not in base64.');
  return base64.data;
}

function argumentsOf(json: string): Record<string, unknown> {
  try {
    const parsed = toolArguments.safeParse(JSON.parse(json === '' ? '{}' : json));
    if (parsed.success) return parsed.data;
  } catch {
    // Told below, as for any other value that is no object.
  }
  throw new HttpProblem(422, 'The arguments of a tool call are not a JSON object.');
}
