import { z } from 'zod';
import { method } from './define.ts';
import { id, isoTime, nothing } from './common.ts';
import { scope } from '../scopes.ts';

/** The door for other programs. `url` is null while it is closed. */
export const gatewayStatus = z.strictObject({
  url: z.string().nullable(),
  /** Tokens are of one session, and end with it. */
  sessionId: z.string().nullable(),
  /** May it be opened at all? */
  allowed: z.boolean(),
});

export const clientToken = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  /** Full names of models; null: every approved one. */
  models: z.array(z.string()).nullable(),
  issuedAt: isoTime,
  expiresAt: isoTime,
  lastUsedAt: isoTime.nullable(),
});

export const issuedToken = clientToken.extend({ token: z.string() });

/** Seconds. A token ends with the session at the latest. */
const longestLifetime = 30 * 24 * 3600;

export const gatewayContract = {
  'gateway.status': method({ input: nothing, output: gatewayStatus, errors: [] }),
  'gateway.start': method({
    input: z.strictObject({ port: z.number().int().min(0).max(65_535).default(0) }),
    output: gatewayStatus,
    errors: ['conflict', 'forbidden'],
  }),
  'gateway.stop': method({ input: nothing, output: gatewayStatus, errors: [] }),
  /** The token is in this answer and nowhere else that can be read again. */
  'gateway.issue': method({
    input: z.strictObject({
      name: z.string().min(1).max(80).default('token'),
      scopes: z.array(scope).min(1).max(64),
      models: z.array(z.string().min(1).max(500)).min(1).max(64).nullable().default(null),
      lifetime: z
        .number()
        .int()
        .min(1)
        .max(longestLifetime)
        .default(12 * 3600),
    }),
    output: issuedToken,
    errors: ['conflict', 'not_found', 'not_available', 'model_missing'],
  }),
  'gateway.tokens': method({ input: nothing, output: z.strictObject({ tokens: z.array(clientToken) }), errors: [] }),
  'gateway.revoke': method({
    input: z.strictObject({ id }),
    output: z.strictObject({ tokens: z.array(clientToken) }),
    errors: ['not_found'],
  }),
};
