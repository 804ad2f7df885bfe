import { z } from 'zod';
import { method } from './define.ts';
import { isoTime, nothing } from './common.ts';

export const installedModel = z.strictObject({
  name: z.string(),
  digest: z.string(),
  size: z.number(),
  kind: z.enum(['chat', 'embedding']),
  state: z.enum(['quarantined', 'approved', 'blocked']),
  verified: z.strictObject({ at: isoTime.nullable(), ok: z.boolean().nullable() }),
});

export const hardware = z.strictObject({
  memory: z.strictObject({ totalBytes: z.number(), freeBytes: z.number() }),
  cpu: z.strictObject({ model: z.string(), cores: z.number().int() }),
  gpus: z.array(
    z.strictObject({
      name: z.string(),
      vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'unknown']),
      totalBytes: z.number().nullable(),
      freeBytes: z.number().nullable(),
    }),
  ),
});

export const candidate = z.strictObject({
  name: z.string(),
  title: z.string(),
  licence: z.string(),
  context: z.number().int(),
  needs: z.strictObject({ weights: z.number(), kv: z.number(), overhead: z.number() }),
  fits: z.enum(['gpu', 'split', 'cpu', 'no']),
  reason: z.string(),
});

export const modelsContract = {
  /** `folder`: where they lie, in Ollama's own layout, for whoever brings one by hand. */
  'models.list': method({
    input: nothing,
    output: z.strictObject({ models: z.array(installedModel), folder: z.string() }),
    errors: [],
  }),
  'models.recommend': method({
    input: z.strictObject({ vram: z.number().min(0).optional(), ram: z.number().min(0).optional() }),
    /** `candidates`: the catalogue. `installed`: what is here, judged by its own header. */
    output: z.strictObject({ hardware, candidates: z.array(candidate), installed: z.array(candidate) }),
    errors: [],
  }),
};
