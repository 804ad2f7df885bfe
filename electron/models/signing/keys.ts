import { createECDH, createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { CloisterError } from '../../../shared/errors.ts';

/** The two keys with which this vault signs its own bundles. They are derived when needed and never written anywhere. */
export interface SigningKeys {
  readonly ed25519: KeyObject;
  /** P-256: what OpenSSF Model Signing signs with. */
  readonly ecdsa: KeyObject;
}

/** RFC 8410: the DER of an Ed25519 private key is this and the 32 bytes. */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const expand = (seed: Uint8Array, label: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', seed, '', `cloister/model-signing/${label}`, length));

/** The order of P-256 (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** FIPS 186-5, A.2.1: 64 bits more than the order has, so that no scalar is likelier than another. */
function ecdsaKey(seed: Uint8Array): KeyObject {
  const wide = BigInt(`0x${expand(seed, 'p-256', 40).toString('hex')}`);
  const scalar = Buffer.from(((wide % (order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', d: scalar.toString('base64url'), x: coordinate(1), y: coordinate(33) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  scalar.fill(0);
  return key;
}

/** `seed`: the vault's `model-signing` key, 32 bytes; wiped here once the keys are made. */
export function signingKeys(seed: Buffer): SigningKeys {
  const secret = expand(seed, 'ed25519', 32);
  const der = Buffer.concat([ed25519Prefix, secret]);
  const keys = { ed25519: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), ecdsa: ecdsaKey(seed) };
  for (const each of [seed, secret, der]) each.fill(0);
  return keys;
}

/** The public half of either kind of key. */
export const publicOf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key);

const spki = (key: KeyObject): Buffer => publicOf(key).export({ format: 'der', type: 'spki' });

/** SHA-256 of the public key (SubjectPublicKeyInfo, DER), hex: what policy lists and people compare. */
export const fingerprint = (key: KeyObject): string => createHash('sha256').update(spki(key)).digest('hex');

export const toBase64 = (key: KeyObject): string => spki(key).toString('base64');

export const toPem = (key: KeyObject): string => publicOf(key).export({ format: 'pem', type: 'spki' }) as string;

const curves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

const notAKey = (): CloisterError =>
  new CloisterError('unsupported_type', 'That is not a public key (Ed25519, P-256, P-384 or P-521; PEM or base64).');

/** Reads a public key: PEM, or the base64 of its DER. A private key is refused: it should not lie about. */
export function parsePublicKey(text: string): KeyObject {
  if (text.length > 16_384 || text.includes('PRIVATE KEY')) throw notAKey();
  let key: KeyObject;
  try {
    key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw notAKey();
  }
  const isEcdsa = key.asymmetricKeyType === 'ec' && curves.has(key.asymmetricKeyDetails?.namedCurve);
  if (key.asymmetricKeyType !== 'ed25519' && !isEcdsa) throw notAKey();
  if (!text.includes('-----BEGIN') && toBase64(key) !== text) throw notAKey();
  return key;
}
