import { z } from 'zod';
import { method } from './define.ts';
import { id, isoTime, nothing } from './common.ts';
import { passage } from './documents.ts';

/** How a question is answered. `chat`: the model alone. `quotes`: passages only. `generate`: from passages, cited. */
export const answerMode = z.enum(['chat', 'quotes', 'generate']);

export const citation = z.strictObject({
  /** The number of the chip, from 1. */
  number: z.number().int(),
  passage,
  quote: z.string(),
  /** Offsets of the quote in the document's text; equal to the passage's when the quote was not found. */
  start: z.number().int(),
  end: z.number().int(),
  support: z.enum(['exact', 'paraphrased', 'not_found']),
});

export const message = z.strictObject({
  id,
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  createdAt: isoTime,
  mode: answerMode,
  /** The one that wrote it, or that did not come to write it. */
  model: z.string().nullable(),
  /** `interrupted`: Cloister or the engine stopped while it ran; it can be retried. */
  state: z.enum(['complete', 'streaming', 'stopped', 'failed', 'interrupted']),
  errorCode: z.string().nullable(),
  citations: z.array(citation),
  /** The documents do not answer the question. */
  abstained: z.boolean(),
  /** Sentences of the answer that no passage supports were dropped: how many. */
  dropped: z.number().int(),
  tokens: z.number().int().nullable(),
  milliseconds: z.number().nullable(),
});

export const conversationSummary = z.strictObject({
  id,
  title: z.string(),
  updatedAt: isoTime,
  messages: z.number().int(),
});

export const conversation = z.strictObject({
  id,
  title: z.string(),
  updatedAt: isoTime,
  collectionId: id.nullable(),
  messages: z.array(message),
});

const answerErrors = [
  'not_found',
  'forbidden',
  'model_missing',
  'model_changed',
  'model_blocked',
  'model_too_large',
  'engine_missing',
  'engine_untrusted',
  'engine_failed',
  'too_large',
  'busy',
] as const;

export const chatsContract = {
  'chats.list': method({
    input: z.strictObject({ query: z.string().max(400).optional() }),
    output: z.strictObject({ conversations: z.array(conversationSummary) }),
    errors: [],
  }),
  'chats.get': method({ input: z.strictObject({ id }), output: conversation, errors: ['not_found'] }),
  'chats.rename': method({
    input: z.strictObject({ id, title: z.string().trim().min(1).max(200) }),
    output: conversationSummary,
    errors: ['not_found'],
  }),
  'chats.delete': method({ input: z.strictObject({ id }), output: nothing, errors: ['not_found'] }),
  /** Starts an answer; it arrives as `chats.progress` events with this `requestId`. */
  'chats.send': method({
    input: z.strictObject({
      conversationId: id.optional(),
      text: z.string().min(1).max(200_000),
      mode: answerMode,
      collectionId: id.optional(),
      model: z.string().max(200).optional(),
    }),
    output: z.strictObject({ requestId: id, conversationId: id, question: message, answer: message }),
    errors: [...answerErrors],
  }),
  'chats.retry': method({
    /** `model`: another one than before. `contextTokens`: fewer than would be used, for a model that fits so. */
    input: z.strictObject({
      messageId: id,
      model: z.string().max(200).optional(),
      contextTokens: z.number().int().min(512).max(1_048_576).optional(),
    }),
    output: z.strictObject({ requestId: id, conversationId: id, answer: message }),
    errors: [...answerErrors],
  }),
  'chats.stop': method({ input: z.strictObject({ requestId: id }), output: nothing, errors: [] }),
};
