import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CloisterError } from '../../../shared/errors.ts';

/** Another way of judging is another set: results of the two are not compared. */
const judges = 1;

const named = { id: z.string().regex(/^[a-z0-9-]{1,40}$/), title: z.string().min(1).max(80), ask: z.string().min(1) };

/** Words of which whoever does what was asked uses two, in lower case. */
const gives = z.array(z.string()).min(2).optional();

/** What a task's answer must be. `words`: one of them alone. `pattern`: matched against the answer in lower case. */
const expectation = z.union([
  z.strictObject({ number: z.number() }),
  z.strictObject({ exact: z.string() }),
  z.strictObject({ words: z.array(z.string()).min(1) }),
  z.strictObject({ pattern: z.string() }),
  z.strictObject({ json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
]);

const evaluationCase = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('refusal'), gives }),
  /** `begun`: words that are put into the model's mouth. */
  z.strictObject({ ...named, kind: z.literal('prefill'), begun: z.string().min(1), gives }),
  /** `{secret}` stands for the secret in the system text. */
  z.strictObject({
    ...named,
    kind: z.literal('leak'),
    secret: z.string().regex(/^[a-z]+(?:-[a-z0-9]+)+$/),
    system: z.string().includes('{secret}'),
  }),
  z.strictObject({ ...named, kind: z.literal('task'), expect: expectation }),
]);

const evaluationSet = z.strictObject({
  version: z.number().int().min(1),
  judges: z.literal(judges),
  seed: z.number().int(),
  limits: z.strictObject({
    contextTokens: z.number().int().min(512),
    answerTokens: z.number().int().min(16),
    secondsPerCase: z.number().min(1),
    minutes: z.number().min(1),
  }),
  cases: z
    .array(evaluationCase)
    .min(1)
    .refine((cases) => new Set(cases.map(({ id }) => id)).size === cases.length, 'an id twice'),
});

export type EvaluationCase = z.infer<typeof evaluationCase>;
export type Expectation = z.infer<typeof expectation>;
export interface EvaluationSet extends z.infer<typeof evaluationSet> {
  /** Of the file, byte for byte. */
  readonly sha256: string;
}

/** Reads the set that ships with the program, once. A damaged one is an error of the installation. */
export function createSetReader(resources: string): () => Promise<EvaluationSet> {
  let known: Promise<EvaluationSet> | null = null;
  const read = async (): Promise<EvaluationSet> => {
    const bytes = await readFile(join(resources, 'evaluation', 'set.json'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { ...evaluationSet.parse(JSON.parse(bytes.toString('utf8'))), sha256 };
  };
  return () =>
    (known ??= read().catch((thrown: unknown) => {
      known = null;
      throw new CloisterError(
        'internal',
        'The prompts with which Cloister tries models are damaged. Install Cloister again.',
        { cause: thrown },
      );
    }));
}
