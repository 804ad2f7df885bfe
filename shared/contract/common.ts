import { z } from 'zod';

/** Nothing in, nothing out. */
export const nothing = z.strictObject({});
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
export const isoTime = z.string();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const collectionName = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u);

/** A piece of a dropped or picked file of at most `most` bytes; `least` 0 where an empty file is one. */
export const filePiece = (least: number, most: number) => ({
  uploadId: id,
  name: z.string().min(1).max(1024),
  offset: z.number().int().min(0),
  total: z.number().int().min(least).max(most),
  bytes,
});
