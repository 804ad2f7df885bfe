import { z } from 'zod';

/** What a token may allow, beside `documents.query:<collection>`. */
export const plainScopes = ['chat', 'embed', 'models.read', 'models.manage', 'audit.read', 'metrics.read'] as const;

/** A scope as a person names it: one of the plain ones, or a collection by its name. */
export const scope = z
  .string()
  .max(200)
  .refine(
    (text) =>
      (plainScopes as readonly string[]).includes(text) || /^documents\.query:[^\s*][^\p{Cc}\p{Cf}]*$/u.test(text),
    `one of ${plainScopes.join(', ')}, or documents.query: and the name of a collection`,
  );
