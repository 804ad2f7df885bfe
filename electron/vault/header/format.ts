import { createHash } from 'node:crypto';
import { z } from 'zod';
import { judgeScrypt } from '../keys/passphrase.ts';

/** Raised whenever an older Cloister could not read the header, also for a new kind of slot. */
export const headerFormat = 1;

const base64 = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const wrappedKey = z.strictObject({ nonce: base64, sealed: base64, tag: base64 });
const scryptParameters = z.strictObject({
  name: z.literal('scrypt'),
  N: z.number().int().positive(),
  r: z.number().int().positive(),
  p: z.number().int().positive(),
  salt: base64,
});

/** A way to the root key. Several may stand side by side later, each opening the vault by itself. */
const slot = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keychain'), rootKey: wrappedKey }),
  z.strictObject({ kind: z.literal('passphrase'), kdf: scryptParameters, rootKey: wrappedKey }),
  /** The key was never kept: nothing here can be opened again. */
  z.strictObject({ kind: z.literal('memory') }),
]);

const body = z.strictObject({
  format: z.literal(headerFormat),
  vaultId: z.uuid(),
  createdAt: z.iso.datetime(),
  /** `creating` until keys and databases stand: such a vault has never held anything. */
  state: z.enum(['creating', 'ready']),
  slots: z.array(slot).min(1).max(8),
});

const header = body.extend({ checksum: z.string() });

export type WrappedKey = z.infer<typeof wrappedKey>;
export type ScryptParameters = z.infer<typeof scryptParameters>;
export type Slot = z.infer<typeof slot>;
export type Header = z.infer<typeof body>;

export type HeaderReading =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'newer'; readonly format: number }
  | { readonly kind: 'damaged'; readonly reason: string };

/** Finds accidents, so that a flipped bit is not taken for a wrong passphrase; forgery is what the wrapping resists. */
const checksumOf = (content: Header): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

export function serializeHeader(content: Header): string {
  return `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2)}\n`;
}

const damaged = (reason: string): HeaderReading => ({ kind: 'damaged', reason });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function judgeSlots(slots: readonly Slot[]): string | null {
  for (const each of slots) {
    const verdict = each.kind === 'passphrase' ? judgeScrypt(each.kdf) : 'fine';
    if (verdict === 'too_weak')
      return 'its passphrase protection is weaker than Cloister ever writes, so something else changed it';
    if (verdict !== 'fine') return 'its passphrase parameters are not usable';
  }
  return null;
}

/** Reads the text of `vault.json`; any text has an answer. */
export function parseHeader(text: string): HeaderReading {
  const json = parseJson(text);
  const format = z.looseObject({ format: z.number().int() }).safeParse(json);
  if (format.success && format.data.format > headerFormat) return { kind: 'newer', format: format.data.format };
  const parsed = header.safeParse(json);
  if (!parsed.success) return damaged('it is not a key file of Cloister');
  const { checksum, ...content } = parsed.data;
  const weakness = judgeSlots(content.slots);
  if (weakness !== null) return damaged(weakness);
  return checksum === checksumOf(content)
    ? { kind: 'header', header: content }
    : damaged('its checksum does not match');
}

/** What the wrapped key is bound to: another vault's id or other parameters make it unreadable. */
export function slotContext(vaultId: string, kind: Slot['kind'], kdf: ScryptParameters | null): string {
  return JSON.stringify([
    'cloister vault header',
    headerFormat,
    vaultId,
    kind,
    kdf === null ? null : [kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt],
  ]);
}
