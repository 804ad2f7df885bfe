import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** DER of a PKCS #8 Ed25519 private key up to its 32 bytes (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The 32 bytes that others verify with. */
  readonly publicBytes: Buffer;
}

/** An Ed25519 key pair from the vault's 32-byte seed. The intermediate bytes are wiped. */
export function signingKeyFrom(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new RangeError('An Ed25519 seed has 32 bytes.');
  const der = Buffer.concat([pkcs8Head, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, publicBytes: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32) };
}

/** C2SP signed-note: the first four bytes of SHA-256(name ‖ newline ‖ type 1 = Ed25519 ‖ public key). */
export function keyId(name: string, publicBytes: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(1)).update(publicBytes).digest().subarray(0, 4);
}

/** The key as other people's tools take it (golang.org/x/mod/sumdb/note): `name+id+key`. */
export function verifierKey(name: string, publicBytes: Uint8Array): string {
  const key = Buffer.concat([Buffer.of(1), publicBytes]).toString('base64');
  return `${name}+${keyId(name, publicBytes).toString('hex')}+${key}`;
}
