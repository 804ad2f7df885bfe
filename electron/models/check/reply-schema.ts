import { z } from 'zod';
import { problemNames } from '../gguf/problems.ts';
import { limits } from './limits.ts';
import { noteNames, type CheckReply } from './types.ts';

const text = z.string().max(limits.textLength).nullable();

/** What may come out of the sandbox. */
export const replySchema: z.ZodType<CheckReply> = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    weights: z
      .strictObject({
        architecture: z.string().regex(/^[a-z0-9._-]{1,64}$/),
        kind: z.enum(['chat', 'embedding']),
        parameters: z.number().min(0),
        quantization: z.string().max(16).nullable(),
        name: text,
        author: text,
        licence: text,
        template: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .nullable(),
        notes: z.array(z.enum(noteNames)).max(noteNames.length),
      })
      .nullable(),
  }),
  z.strictObject({ ok: z.literal(false), problem: z.enum(problemNames) }),
]);
