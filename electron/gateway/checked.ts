import type { z } from 'zod';
import { HttpProblem } from './problems.ts';

/**
 * The request rebuilt from its schema: nothing else goes on. `refused`: fields that would change the answer and are not
 * offered; asking for them is an error, since leaving them out silently would answer another question. Any other field that
 * the schema does not name is left out, and named in the answer's header `X-Cloister-Left-Out`.
 */
export function checked<Schema extends z.ZodObject>(
  schema: Schema,
  refused: readonly string[],
  body: unknown,
): { value: z.output<Schema>; leftOut: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem(422, 'Send a JSON object.');
  const asked = refused.find((name) => isAsked((body as Record<string, unknown>)[name]));
  if (asked !== undefined) throw new HttpProblem(422, `“${asked}” is not offered here.`);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new HttpProblem(422, `The request is not in the schema: ${whyNot(parsed.error)}.`);
  const known = new Set([...Object.keys(schema.shape), ...refused]);
  return {
    value: parsed.data,
    leftOut: Object.keys(body)
      .filter((name) => !known.has(name))
      .slice(0, 20),
  };
}

/** What stands for "no" in any of the dialects. */
const isAsked = (value: unknown): boolean =>
  !(
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );

/** Where and what, without the value that was sent. */
function whyNot(error: z.ZodError): string {
  const [first] = error.issues;
  const where = first?.path.map(String).join('.') ?? '';
  return [where, first?.message].filter(Boolean).join(': ').slice(0, 300);
}
