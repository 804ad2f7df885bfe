import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { holds, payloadType, signEnvelope } from './dsse.ts';
import { toPem } from './keys.ts';
import { badSignature, parseStatement, writeStatement, type SignedFile } from './statement.ts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** A statement of four thousand files takes less. */
export const signatureBytes = 4 * 1024 * 1024;

const base64 = z
  .string()
  .max(signatureBytes)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** A Sigstore bundle with a key instead of a certificate. */
const schema = z.object({
  mediaType: z.literal(mediaType),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string().max(128).nullish() }) }),
  dsseEnvelope: z.object({
    payload: base64,
    payloadType: z.literal(payloadType),
    signatures: z.tuple([z.object({ sig: base64 })]),
  }),
});

/** How the reference tool names a key: SHA-256 of its PEM. */
const hintOf = (key: KeyObject): string => createHash('sha256').update(toPem(key)).digest('hex');

function parse(bytes: Uint8Array): z.infer<typeof schema> {
  try {
    if (bytes.length > signatureBytes) throw new RangeError('too long');
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw badSignature('it is not an OpenSSF model signature made with a key');
  }
}

/**
 * Verifies an OpenSSF Model Signing bundle with a public key, as `model_signing verify key` does, and answers with the files that
 * it signs. Whether those are the files at hand is for the caller: see `agree`. Throws `model_changed`.
 */
export function verifyModelSignature(bundle: Uint8Array, key: KeyObject): readonly SignedFile[] {
  const { verificationMaterial, dsseEnvelope } = parse(bundle);
  const { hint } = verificationMaterial.publicKey;
  if (typeof hint === 'string' && hint !== '' && hint !== hintOf(key))
    throw badSignature('it was made with another key');
  const payload = Buffer.from(dsseEnvelope.payload, 'base64');
  const signature = Buffer.from(dsseEnvelope.signatures[0].sig, 'base64');
  if (!holds(payload, signature, key))
    throw badSignature('it was not made with this key, or what it signs was changed');
  return parseStatement(payload);
}

/** Signs files as `model_signing sign key` does. */
export function signModel(
  name: string,
  files: readonly SignedFile[],
  ignored: readonly string[],
  key: KeyObject,
): Buffer {
  const payload = writeStatement(name, files, ignored);
  const bundle = {
    mediaType,
    verificationMaterial: { publicKey: { hint: hintOf(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signEnvelope(payload, key).toString('base64'), keyid: '' }],
    },
  };
  return Buffer.from(JSON.stringify(bundle));
}

/** Both lists name the same files with the same contents. Throws `model_changed`. */
export function agree(signed: readonly SignedFile[], found: readonly SignedFile[]): void {
  const digests = new Map(found.map(({ name, sha256 }) => [name, sha256]));
  for (const { name, sha256 } of signed) {
    if (digests.get(name) !== sha256) throw badSignature(`${name.slice(0, 120)} is not what was signed`);
  }
  if (signed.length !== found.length) throw badSignature('there is a file that nobody signed');
}
