import { z } from 'zod';
import { method } from './define.ts';
import { isoTime, nothing } from './common.ts';

/** One request, one entry. Content is never here: prompt and answer are keyed hashes. */
export const auditEntry = z.strictObject({
  index: z.number().int(),
  at: isoTime,
  requestId: z.string(),
  kind: z.string(),
  origin: z.enum(['page', 'cli', 'gateway', 'system']),
  subject: z.string(),
  session: z.string(),
  model: z.string().nullable(),
  modelDigest: z.string().nullable(),
  promptHmac: z.string().nullable(),
  answerHmac: z.string().nullable(),
  documents: z.array(z.string()),
  decision: z.enum(['allowed', 'refused', 'failed', 'interrupted']),
  /** The stage that refused and the error code, when one did. */
  stage: z.string().nullable(),
  code: z.string().nullable(),
  durationMs: z.number().int(),
  promptTokens: z.number().int().nullable(),
  answerTokens: z.number().int().nullable(),
  /** What the program itself has to say, such as which checkpoint was replaced. Never content. */
  note: z.string().max(500).optional(),
});

export const auditVerification = z.strictObject({
  ok: z.boolean(),
  size: z.number().int(),
  root: z.string(),
  /** Index of the first entry that does not hold, or null when the break is not at an entry (truncation, signature). */
  firstBad: z.number().int().nullable().optional(),
  /** What does not hold, in words, for people. */
  problem: z.string().optional(),
  /** What the check rested on: the keychain's last checkpoint, or only the one in the log itself. */
  anchoredBy: z.enum(['keychain', 'none']),
});

export const auditContract = {
  'audit.list': method({
    input: z.strictObject({
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.strictObject({ entries: z.array(auditEntry), size: z.number().int() }),
    errors: [],
  }),
  'audit.verify': method({ input: nothing, output: auditVerification, errors: [] }),
};
