import { z } from 'zod';
import { isoTime, sha256 } from './common.ts';

/** Whose models need no second look. */
export const publisherRules = z.strictObject({
  publishers: z.array(
    z.strictObject({
      name: z.string(),
      registry: z.string().nullable(),
      /** SHA-256 of the public key. */
      key: sha256.nullable(),
      /** `organisation`, `person`: in a signed list of theirs. */
      from: z.enum(['usual', 'policy', 'organisation', 'person']),
    }),
  ),
  /** The signed list that holds; `key`: SHA-256 of the public key that signed it. */
  list: z
    .strictObject({
      from: z.enum(['organisation', 'person']),
      sequence: z.number().int(),
      validUntil: isoTime,
      key: sha256,
    })
    .nullable(),
  /** Policy decides; a list of the person's own does not count. */
  locked: z.boolean(),
  /** Why the newest list was not taken, in words and as a code; what was taken before holds as long as it is valid. */
  problem: z.strictObject({ code: z.string().max(40), reason: z.string() }).nullable(),
});

/** A value that policy may set, and whose it is. `strictest`: the policy file cannot be trusted. */
const ruled = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ value, source: z.enum(['usual', 'policy', 'strictest']) });

/** What is decided about models beforehand. */
export const modelRules = z.strictObject({
  allowPull: ruled(z.boolean()),
  allowOtherRegistries: ruled(z.boolean()),
  /** Whether a model that writes answers may be approved untried. */
  evaluation: ruled(z.enum(['advised', 'required'])),
  approval: ruled(z.enum(['self', 'required'])),
  verification: ruled(z.enum(['always', 'when-changed'])),
  allowProcessor: ruled(z.boolean()),
  allowSplit: ruled(z.boolean()),
  /** Tokens. */
  longestContext: ruled(z.number().int()),
  publishers: publisherRules,
});
