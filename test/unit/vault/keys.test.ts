import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseKeySource } from '../../../electron/vault/create.ts';
import { deriveKey, wipe } from '../../../electron/vault/keys/derive.ts';
import { derivePassphraseKey, judgeScrypt, newScryptParameters } from '../../../electron/vault/keys/passphrase.ts';
import { chooseSlot } from '../../../electron/vault/keys/slots.ts';
import { unwrapKey, wrapKey } from '../../../electron/vault/keys/wrap.ts';
import type { KeyPurpose } from '../../../electron/vault/types.ts';
import type { Slot } from '../../../electron/vault/header/format.ts';

const purposes: readonly KeyPurpose[] = [
  'vault-database',
  'audit-database',
  'audit-hmac',
  'audit-signing',
  'wrapping',
  'model-signing',
];

/** RFC 5869 written out for one block of output. */
function hkdfByHand(key: Buffer, salt: string, info: string): Buffer {
  const extracted = createHmac('sha256', salt).update(key).digest();
  return createHmac('sha256', extracted)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
}

describe('derived keys', () => {
  const root = Buffer.alloc(32, 9);

  it('are HKDF-SHA-256 of the root key, as anyone can compute', () => {
    for (const purpose of purposes)
      expect(deriveKey(root, 'id', purpose)).toEqual(hkdfByHand(root, 'id', `cloister/v1/${purpose}`));
  });

  it('differ by purpose and by vault', () => {
    const keys = ['one', 'two'].flatMap((id) =>
      purposes.map((purpose) => deriveKey(root, id, purpose).toString('hex')),
    );
    expect(new Set(keys).size).toBe(12);
  });

  it('are gone after wiping', () => {
    const key = randomBytes(32);
    wipe(key);
    expect(key.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a wrapped key', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it('opens with the same key and context', () => {
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.string(),
        (key, wrapping, context) => unwrapKey(wrapKey(key, wrapping, context), wrapping, context)?.equals(key) === true,
      ),
    );
  });

  it('does not open with another key, another context or a changed bit', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(255), fc.constantFrom('nonce', 'sealed', 'tag'), (key, wrapping, bit, part) => {
        const wrapped = wrapKey(key, wrapping, 'context');
        const flip = (from: Uint8Array): Buffer => {
          const to = Buffer.from(from);
          to[(bit >> 3) % to.length]! ^= 1 << (bit & 7);
          return to;
        };
        const changed = { ...wrapped, [part]: flip(Buffer.from(wrapped[part], 'base64')).toString('base64') };
        return (
          unwrapKey(wrapped, flip(wrapping), 'context') === null &&
          unwrapKey(wrapped, wrapping, 'another') === null &&
          unwrapKey(changed, wrapping, 'context') === null
        );
      }),
    );
  });
});

describe('the passphrase', () => {
  it('is stretched as OWASP recommends, with a salt of its own each time', () => {
    const [one, two] = [newScryptParameters(), newScryptParameters()];
    expect(one).toMatchObject({ name: 'scrypt', N: 131072, r: 8, p: 1 });
    expect(Buffer.from(one.salt, 'base64')).toHaveLength(16);
    expect(one.salt).not.toBe(two.salt);
    expect(judgeScrypt(one)).toBe('fine');
  });

  it('takes composed and decomposed characters for the same', async () => {
    const parameters = newScryptParameters();
    const [composed, decomposed, other] = await Promise.all(
      ['Caf\u00e9 au lait', 'Cafe\u0301 au lait', 'Cafe au lait'].map((each) => derivePassphraseKey(each, parameters)),
    );
    expect(composed!.equals(decomposed!)).toBe(true);
    expect(composed!.equals(other!)).toBe(false);
  });

  it.each([
    [{ N: 2 ** 18 }, 'fine'],
    [{ N: 2 ** 20 }, 'fine'],
    [{ N: 2 ** 20, r: 16 }, 'too_heavy'],
    [{ N: 2 ** 21 }, 'too_heavy'],
    [{ p: 4 }, 'fine'],
    [{ p: 5 }, 'too_heavy'],
    [{ p: 0 }, 'too_weak'],
    [{ N: 1 }, 'too_weak'],
    [{ N: 0 }, 'malformed'],
    [{ N: 2 ** 17 * 3 }, 'malformed'],
  ] as const)('with parameters %j of a header is %s', (changes, verdict) => {
    expect(judgeScrypt({ ...newScryptParameters(), ...changes })).toBe(verdict);
  });
});

describe('where the key is kept', () => {
  it.each([
    [true, undefined, 'keychain'],
    [true, 'a passphrase', 'passphrase'],
    [false, 'a passphrase', 'passphrase'],
  ] as const)('keychain %s, passphrase %s: %s', (available, passphrase, chosen) => {
    expect(chooseKeySource(available, passphrase)).toBe(chosen);
  });

  it.each([undefined, ''])('is nowhere without both (%j), and that is refused', (passphrase) => {
    expect(() => chooseKeySource(false, passphrase)).toThrow(expect.objectContaining({ code: 'no_key_source' }));
  });

  it('opens by passphrase when one is typed and a slot takes it', () => {
    const rootKey = { nonce: '', sealed: '', tag: '' };
    const slots: Slot[] = [
      { kind: 'keychain', rootKey },
      { kind: 'passphrase', kdf: newScryptParameters(), rootKey },
    ];
    expect(chooseSlot(slots, undefined).kind).toBe('keychain');
    expect(chooseSlot(slots, 'typed').kind).toBe('passphrase');
    expect(chooseSlot(slots.slice(0, 1), 'typed').kind).toBe('keychain');
  });
});
