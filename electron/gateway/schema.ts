import { z } from 'zod';

/** Pieces that both dialects share. Bounds are those of a request that a person could mean. */
export const modelName = z.string().min(1).max(500);
export const text = z.string().max(2_000_000);

/** Base64 as the engine takes it. */
export const image = z
  .string()
  .max(28 * 1024 * 1024)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'a picture in base64');

export const images = z.array(image).max(8);

/** A JSON Schema, handed on to the engine as it is: it is data there. */
export const jsonSchema = z.record(z.string().max(200), z.unknown());

export const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a name of letters, digits, dots, dashes'),
    description: z.string().max(8_000).optional(),
    parameters: jsonSchema.default({ type: 'object', properties: {} }),
  }),
});

export const tools = z.array(tool).max(64);

export const toolArguments = z.record(z.string().max(200), z.unknown());

/** At most so many messages, and texts to embed, in one request. */
export const mostMessages = 1_000;
export const mostTexts = 2_048;
