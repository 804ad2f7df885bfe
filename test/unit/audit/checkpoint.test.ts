import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { originOf, readCheckpoint, signCheckpoint } from '../../../electron/audit/checkpoint.ts';
import { canonicalJson } from '../../../electron/audit/canonical.ts';
import { keyId, signingKeyFrom, verifierKey } from '../../../electron/audit/signing-key.ts';

// RFC 8032, section 7.1, test 1.
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

const key = signingKeyFrom(seed);
const origin = originOf('3f1c');
const head = { size: 7, root: createHash('sha256').update('root').digest() };
const note = signCheckpoint(origin, head, key);

describe('the signing key', () => {
  it('is the one that RFC 8032 derives from the seed', () => {
    expect(key.publicBytes.toString('hex')).toBe(publicKey);
  });

  // golang.org/x/mod/sumdb/note, its own example: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
  it('has the name that signed-note tools give it', () => {
    const known = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1);
    expect(keyId('PeterNeumann', known).toString('hex')).toBe('c74f20a3');
    expect(verifierKey('PeterNeumann', known)).toBe(
      'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    );
  });
});

describe('a checkpoint', () => {
  it('is a signed note: three lines, an empty one, a signature over the lines', () => {
    const [body = '', line = ''] = note.split('\n\n');
    expect(body.split('\n')).toEqual([origin, '7', head.root.toString('base64')]);
    const signature = Buffer.from(line.trim().split(' ')[2]!, 'base64').subarray(4);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'hex')]);
    const theirs = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from(`${body}\n`), theirs, signature)).toBe(true);
  });

  it('reads back as the head that was signed', () => {
    expect(readCheckpoint(note, origin, key)).toEqual(head);
  });

  it.each([
    ['of another log', () => readCheckpoint(note, originOf('other'), key)],
    ['of another key', () => readCheckpoint(note, origin, signingKeyFrom(Buffer.alloc(32, 7)))],
    ['with another size', () => readCheckpoint(note.replace('\n7\n', '\n8\n'), origin, key)],
    ['with a size spelled otherwise', () => readCheckpoint(note.replace('\n7\n', '\n07\n'), origin, key)],
    ['with a line more', () => readCheckpoint(note.replace('\n\n', '\nmore\n\n'), origin, key)],
    ['without its last newline', () => readCheckpoint(note.trimEnd(), origin, key)],
    ['with a second signature', () => readCheckpoint(`${note}${note.split('\n\n')[1]!}`, origin, key)],
    ['that is empty', () => readCheckpoint('', origin, key)],
  ])('is refused when it is one %s', (_name, read) => {
    expect(read()).toBeNull();
  });

  it('is refused with any bit changed', () => {
    const bytes = Buffer.from(note);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(
        readCheckpoint(changed.toString('latin1') === bytes.toString('latin1') ? '' : changed.toString(), origin, key),
      ).toBeNull();
    }
  });
});

describe('canonical JSON', () => {
  it('sorts keys and writes numbers as RFC 8785 does', () => {
    expect(canonicalJson({ b: [1e21, 0.1, -0], a: '\u20ac\n', A: null })).toBe(
      '{"A":null,"a":"€\\n","b":[1e+21,0.1,0]}',
    );
  });

  it('refuses what JSON would drop without a word', () => {
    expect(() => canonicalJson({ a: undefined })).toThrow(TypeError);
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
  });

  it('records a lone surrogate as the replacement character', () => {
    expect(canonicalJson('a\ud800b')).toBe('"a\ufffdb"');
  });
});
