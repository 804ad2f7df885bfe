import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { parsePublicKey, toBase64 } from './keys.ts';
import { badSignature } from './statement.ts';

/** Stands in front of what is signed: a signature for this can be one for nothing else. */
const domain = Buffer.from('cloister-model-bundle-v1\n');

const schema = z.strictObject({
  version: z.literal(1),
  /** Public keys (SubjectPublicKeyInfo, DER, base64): of this signature, and of `model.sig` beside it. */
  keys: z.strictObject({ ed25519: z.string().max(1024), ecdsa: z.string().max(1024).nullable() }),
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
});

export interface Detached {
  readonly ed25519: KeyObject;
  readonly ecdsa: KeyObject | null;
}

/** An Ed25519 signature over a bundle's manifest and the key of the other signature, with the keys to check both. */
export function signDetached(manifest: Uint8Array, keys: { ed25519: KeyObject; ecdsa: KeyObject }): Buffer {
  const named = { ed25519: toBase64(keys.ed25519), ecdsa: toBase64(keys.ecdsa) };
  const signature = sign(null, signed(manifest, named.ecdsa), keys.ed25519).toString('base64');
  return Buffer.from(JSON.stringify({ version: 1, keys: named, signature }));
}

const signed = (manifest: Uint8Array, ecdsa: string | null): Buffer =>
  Buffer.concat([domain, Buffer.from(`${ecdsa ?? '-'}\n`), manifest]);

/** The keys, when the signature holds. It carries its own key: whose that is, is for policy to say. Throws `model_changed`. */
export function verifyDetached(manifest: Uint8Array, bytes: Uint8Array): Detached {
  let parsed: z.infer<typeof schema>;
  try {
    parsed = schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw badSignature('it is not a signature of a bundle');
  }
  // Two spellings of one signature would be two files with one meaning.
  if (Buffer.from(parsed.signature, 'base64').toString('base64') !== parsed.signature)
    throw badSignature('it is not spelt as it was made');
  const ed25519 = parsePublicKey(parsed.keys.ed25519);
  const isSigned =
    ed25519.asymmetricKeyType === 'ed25519' &&
    verify(null, signed(manifest, parsed.keys.ecdsa), ed25519, Buffer.from(parsed.signature, 'base64'));
  if (!isSigned) throw badSignature('what it signs was changed');
  return { ed25519, ecdsa: parsed.keys.ecdsa === null ? null : parsePublicKey(parsed.keys.ecdsa) };
}
