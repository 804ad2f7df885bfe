import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import type { Digest } from '../digests.ts';
import { fingerprint, parsePublicKey } from '../signing/keys.ts';
import { signatureBytes, verifyModelSignature } from '../signing/model-signing.ts';
import { badSignature } from '../signing/statement.ts';
import { isAbsent } from '../store/files.ts';

export interface VerifiedSignature {
  readonly method: 'ed25519' | 'model-signing';
  /** SHA-256 of the public key. */
  readonly key: string;
  readonly ok: boolean;
}

async function readAtMost(path: string, most: number): Promise<Buffer | null> {
  const file = await open(path).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return null;
    throw thrown;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    if (size > most) throw new CloisterError('too_large', `${basename(path)} is too large for what it should be.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** `weights.gguf.sig`, else `model.sig` in the same folder, which is the reference tool's usual name. */
async function findSignature(path: string): Promise<Buffer | null> {
  return (
    (await readAtMost(`${path}.sig`, signatureBytes)) ??
    (await readAtMost(join(dirname(path), 'model.sig'), signatureBytes))
  );
}

/**
 * The OpenSSF model signature that lies beside a file, verified with the publisher's public key that was given. It says whose key
 * it is and nothing of trust: policy lists the keys. Null when no key was given. Throws when there is no signature, or it does not hold.
 */
export async function signatureBeside(
  path: string,
  digest: Digest,
  keyFile: string | undefined,
): Promise<VerifiedSignature | null> {
  if (keyFile === undefined) return null;
  const text = await readAtMost(keyFile, 16_384);
  if (text === null) throw new CloisterError('not_found', 'There is no such key file.');
  const key = parsePublicKey(text.toString('utf8'));
  const signature = await findSignature(path);
  if (signature === null)
    throw new CloisterError(
      'not_found',
      `There is no signature beside ${basename(path)}: neither ${basename(path)}.sig nor model.sig.`,
    );
  const files = verifyModelSignature(signature, key);
  const hex = digest.slice('sha256:'.length);
  const isNamed = files.some(
    ({ name, sha256 }) => sha256 === hex && (name === '.' || basename(name) === basename(path)),
  );
  if (!isNamed) throw badSignature(`${basename(path)} is not what was signed`);
  return { method: 'model-signing', key: fingerprint(key), ok: true };
}
