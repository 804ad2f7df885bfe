import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeader, serializeHeader, slotContext, type Header } from '../../../electron/vault/header/format.ts';

const salt = Buffer.alloc(16, 5).toString('base64');
const rootKey = { nonce: 'AAAA', sealed: 'BBBB', tag: 'CCCC' };
const kdf = { name: 'scrypt', N: 2 ** 17, r: 8, p: 1, salt } as const;

const header = (slots: Header['slots']): Header => ({
  format: 1,
  vaultId: '12bf87d8-1fc4-439b-af8b-0ea0ef8fc5f4',
  createdAt: '2026-11-20T20:51:40.757Z',
  state: 'ready',
  slots,
});
const withPassphrase = header([{ kind: 'passphrase', kdf, rootKey }]);

/** The same header as somebody would edit it who also mends the checksum. */
const edited = (changes: object): string =>
  serializeHeader({ ...withPassphrase, slots: [{ kind: 'passphrase', kdf: { ...kdf, ...changes }, rootKey }] });

describe('vault.json', () => {
  it.each([
    ['keychain', header([{ kind: 'keychain', rootKey }])],
    ['passphrase', withPassphrase],
    ['memory', header([{ kind: 'memory' }])],
    [
      'two ways in',
      header([
        { kind: 'keychain', rootKey },
        { kind: 'passphrase', kdf, rootKey },
      ]),
    ],
    ['unfinished', { ...withPassphrase, state: 'creating' as const }],
  ])('is read as it was written: %s', (_, written) => {
    expect(parseHeader(serializeHeader(written))).toEqual({ kind: 'header', header: written });
  });

  it.each([
    ['fewer rounds', { N: 2 }, /weaker/],
    ['half the rounds', { N: 2 ** 16 }, /weaker/],
    ['smaller blocks', { r: 1 }, /weaker/],
    ['no power of two', { N: 2 ** 17 + 1 }, /not usable/],
    ['all the memory', { N: 2 ** 30 }, /not usable/],
    ['endless work', { p: 1000 }, /not usable/],
    ['a short salt', { salt: 'AAAA' }, /not usable/],
  ])('is refused when its key derivation was edited, checksum mended: %s', (_, changes, reason) => {
    const reading = parseHeader(edited(changes));
    expect(reading).toMatchObject({ kind: 'damaged' });
    expect(reading.kind === 'damaged' ? reading.reason : '').toMatch(reason);
  });

  it('of a later format is not called damaged', () => {
    expect(parseHeader('{"format": 2, "anything": "else"}')).toEqual({ kind: 'newer', format: 2 });
  });

  it.each(['', 'null', '[]', '{}', '{"format":1}', '{"format":"1"}', serializeHeader(withPassphrase).slice(0, 200)])(
    'has an answer for %j',
    (text) => {
      expect(parseHeader(text).kind).toBe('damaged');
    },
  );

  it('with one character changed is damaged or newer, never another header', () => {
    const text = serializeHeader(withPassphrase);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(text[at] !== character);
        const reading = parseHeader(text.slice(0, at) + character + text.slice(at + 1));
        // White space between the fields carries nothing.
        if (reading.kind === 'header') expect(reading.header).toEqual(withPassphrase);
      }),
      { numRuns: 3000 },
    );
  });

  it('answers any text at all', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseHeader(text).kind !== 'header'));
  });

  it('binds the wrapped key to the vault, the way in and its parameters', () => {
    const contexts = [
      slotContext('a', 'passphrase', kdf),
      slotContext('b', 'passphrase', kdf),
      slotContext('a', 'keychain', null),
      slotContext('a', 'passphrase', { ...kdf, N: 2 ** 18 }),
      slotContext('a', 'passphrase', { ...kdf, salt: `${salt}A` }),
    ];
    expect(new Set(contexts).size).toBe(contexts.length);
  });
});
