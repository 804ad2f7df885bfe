import { z } from 'zod';
import { tryParseName } from '../names.ts';

const count = z.number().int().min(1);

/** Facts of a published model, enough to say before a download what it will need. */
const model = z.strictObject({
  name: z.string().refine((name) => tryParseName(name) !== null),
  title: z.string().min(1).max(80),
  family: z.string().min(1).max(40),
  /** Billions, all experts counted. */
  parameters: z.number().positive(),
  quantization: z.enum(['Q4_0', 'Q4_K_S', 'Q4_K_M', 'Q8_0', 'F16', 'MXFP4']),
  /** Size of the weights on disk and over the wire, rounded to three digits. */
  bytes: count,
  layers: count.max(512),
  heads: count.max(1024),
  keyValueHeads: count.max(1024),
  /** Numbers in one key, and in one value. */
  headSize: count.max(1024),
  embedding: count,
  feedForward: count,
  vocabulary: count,
  /** Billions that one token uses; left out where it uses all. */
  active: z.number().positive().optional(),
  /** Experts asked for one token; `feedForward` is theirs together. */
  experts: count.max(64).optional(),
  /** Layers that look back only so many tokens. */
  window: z.strictObject({ tokens: count, layers: count.max(512) }).optional(),
  /** Tokens. */
  context: count,
  licence: z.string().min(1).max(60),
  purpose: z.string().min(1).max(160),
});

export const catalogueSchema = z.strictObject({
  version: z.literal(1),
  /** The day on which the facts were gathered. */
  asOf: z.iso.date(),
  models: z.array(model).min(1).max(200),
});

export type CatalogueModel = z.infer<typeof model>;
export type Catalogue = z.infer<typeof catalogueSchema>;
