import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { WrappedKey } from '../header/format.ts';

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces. Each wrapping key wraps one root key, so a random nonce cannot repeat. */
const nonceLength = 12;

/** Encrypts a key under another; `context` is authenticated with it, so the header around it cannot be changed. */
export function wrapKey(key: Uint8Array, wrappingKey: Uint8Array, context: string): WrappedKey {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, wrappingKey, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** The key again, or null when the wrapping key or the context is another. */
export function unwrapKey(wrapped: WrappedKey, wrappingKey: Uint8Array, context: string): Buffer | null {
  const decipher = createDecipheriv(algorithm, wrappingKey, Buffer.from(wrapped.nonce, 'base64'), {
    authTagLength: 16,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(Buffer.from(wrapped.tag, 'base64'));
  const key = decipher.update(Buffer.from(wrapped.sealed, 'base64'));
  try {
    decipher.final();
    return key;
  } catch {
    key.fill(0);
    return null;
  }
}
