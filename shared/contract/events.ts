import { z } from 'zod';
import { id } from './common.ts';
import { appStatus } from './app.ts';
import { collection, ledgerEntry } from './documents.ts';
import { message } from './chats.ts';
import { download } from './models.ts';

/** News for the page. Each carries a sequence number of its own stream, so a gap is noticed. */
export const events = {
  'app.changed': z.strictObject({ sequence: z.number().int(), status: appStatus }),
  'documents.progress': z.strictObject({
    sequence: z.number().int(),
    collectionId: id,
    /** Null when only the collection's figures changed (embeddings arriving). */
    entry: ledgerEntry.nullable(),
    collection,
    done: z.number().int(),
    total: z.number().int(),
    /** The run is over; `done` may be below `total` when it was cancelled. */
    finished: z.boolean(),
  }),
  'chats.progress': z.strictObject({
    sequence: z.number().int(),
    requestId: id,
    conversationId: id,
    messageId: id,
    /** The stage at work, for "Searching your documents", "Loading the model", "Writing". */
    stage: z.enum(['queued', 'retrieving', 'verifying', 'loading', 'generating', 'done']),
    /** Text to append. */
    delta: z.string(),
    /** Set once, on the last event: the message as kept. */
    message: message.nullable(),
  }),
  /** One download, a few times a second at most while it runs. One that was cancelled sends nothing more. */
  'models.progress': z.strictObject({ sequence: z.number().int(), download }),
  /** Of a verification that was asked for; a few times a second, with `finished` last. */
  'models.verifying': z.strictObject({
    sequence: z.number().int(),
    name: z.string(),
    /** Bytes of this model. */
    done: z.number(),
    total: z.number(),
    finished: z.boolean(),
  }),
  /** Of a model that is tried; `finished` last, whatever came of it. */
  'models.evaluating': z.strictObject({
    sequence: z.number().int(),
    name: z.string(),
    step: z.enum(['starting', 'verifying', 'loading', 'asking']),
    /** Bytes while it is verified, prompts while it is asked, else 0. */
    done: z.number(),
    total: z.number(),
    finished: z.boolean(),
  }),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.infer<(typeof events)[E]>;
