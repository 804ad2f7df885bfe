import { randomBytes, scrypt } from 'node:crypto';
import type { ScryptParameters } from '../header/format.ts';
import { keyLength } from './derive.ts';

/**
 * OWASP Password Storage Cheat Sheet: scrypt with N=2^17, r=8, p=1 (128 MiB). Argon2id would be first choice, but
 * `crypto.argon2` is missing where Node is built with BoringSSL, as in Electron.
 */
const recommended = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 } as const;

/** 1 GiB: a header must not be able to exhaust the machine's memory. */
const heaviest = 2 ** 30;

export const shortestPassphrase = 8;

export function newScryptParameters(): ScryptParameters {
  return { ...recommended, salt: randomBytes(16).toString('base64') };
}

/**
 * May a header ask for this? Weaker than Cloister ever wrote means that something else changed the header, heavier that
 * opening it would exhaust the machine. Judged before any work is done with the passphrase.
 */
export function judgeScrypt({ N, r, p, salt }: ScryptParameters): 'fine' | 'too_weak' | 'too_heavy' | 'malformed' {
  if (!Number.isInteger(Math.log2(N)) || Buffer.from(salt, 'base64').length < 16) return 'malformed';
  if (N < recommended.N || r < recommended.r || p < recommended.p) return 'too_weak';
  return 128 * N * r > heaviest || p > 4 ? 'too_heavy' : 'fine';
}

/** Composed characters and their parts are the same passphrase (NIST SP 800-63B, 5.1.1.2: NFKC). */
export function derivePassphraseKey(passphrase: string, { N, r, p, salt }: ScryptParameters): Promise<Buffer> {
  const typed = Buffer.from(passphrase.normalize('NFKC'));
  return new Promise((resolve, reject) => {
    scrypt(typed, Buffer.from(salt, 'base64'), keyLength, { N, r, p, maxmem: 128 * N * r + 2 ** 25 }, (error, key) => {
      typed.fill(0);
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
