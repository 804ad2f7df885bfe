import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signDetached, verifyDetached } from '../../../electron/models/signing/detached.ts';
import { fingerprint, parsePublicKey, publicOf, signingKeys, toPem } from '../../../electron/models/signing/keys.ts';
import { agree, signModel, verifyModelSignature } from '../../../electron/models/signing/model-signing.ts';
import { referenceSigner } from '../../fixtures/reference-signer.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-signing-'));
const model = join(folder, 'model');
const publicFile = join(folder, 'key.pub');
const signature = join(folder, 'model.sig');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contents = { 'a.gguf': 'weights', 'sub/b.json': '{}', 'Z.txt': '' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const files = Object.entries(contents).map(([name, text]) => ({ name, sha256: sha256(text) }));

beforeAll(() => {
  mkdirSync(join(model, 'sub'), { recursive: true });
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(model, name), text);
});

describe('the keys of a vault', () => {
  it('are the same each time, of two kinds, and others in another vault', () => {
    const seed = randomBytes(32);
    const [one, two] = [signingKeys(Buffer.from(seed)), signingKeys(Buffer.from(seed))];
    expect(fingerprint(one.ed25519)).toBe(fingerprint(two.ed25519));
    expect(fingerprint(one.ecdsa)).toBe(fingerprint(two.ecdsa));
    expect(fingerprint(signingKeys(randomBytes(32)).ecdsa)).not.toBe(fingerprint(one.ecdsa));
    expect(one.ecdsa.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });

  it('wipe what they were made of', () => {
    const seed = randomBytes(32);
    signingKeys(seed);
    expect(seed.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a detached signature', () => {
  const keys = signingKeys(randomBytes(32));
  const manifest = Buffer.from('{"a":1}');

  it('holds, and names its keys', () => {
    const found = verifyDetached(manifest, signDetached(manifest, keys));
    expect(fingerprint(found.ed25519)).toBe(fingerprint(keys.ed25519));
    expect(found.ecdsa === null ? null : fingerprint(found.ecdsa)).toBe(fingerprint(keys.ecdsa));
  });

  it('holds for nothing else, with any byte changed, and with no other key beside it', () => {
    const bytes = signDetached(manifest, keys);
    expect(() => verifyDetached(Buffer.from('{"a":2}'), bytes)).toThrow(/does not hold/);
    const parsed = JSON.parse(bytes.toString()) as { keys: { ecdsa: string }; signature: string };
    const other = signingKeys(randomBytes(32));
    parsed.keys.ecdsa = (JSON.parse(signDetached(manifest, other).toString()) as typeof parsed).keys.ecdsa;
    expect(() => verifyDetached(manifest, Buffer.from(JSON.stringify(parsed)))).toThrow(/does not hold/);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 4, at);
      expect(() => verifyDetached(manifest, changed)).toThrow();
    }
  });
});

describe('a model signature', () => {
  const { ecdsa } = signingKeys(randomBytes(32));
  const key = publicOf(ecdsa);

  it('of ours holds with its key, and names its files', () => {
    const signed = verifyModelSignature(signModel('m', files, ['model.sig'], ecdsa), key);
    agree(signed, files);
    expect(() => agree(signed, files.slice(1))).toThrow(/not what was signed/);
    expect(() => agree(signed, [...files, { name: 'x', sha256: sha256('x') }])).toThrow(/nobody signed/);
    expect(() =>
      agree(
        signed,
        files.map((file) => ({ ...file, sha256: sha256('x') })),
      ),
    ).toThrow(/not what was signed/);
  });

  it('does not hold with another key, nor with any byte of its payload or signature changed', () => {
    const bundle = signModel('m', files, [], ecdsa);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    expect(() => verifyModelSignature(bundle, other)).toThrow(/another key/);
    const { dsseEnvelope } = JSON.parse(bundle.toString()) as {
      dsseEnvelope: { payload: string; signatures: [{ sig: string }] };
    };
    for (const field of [dsseEnvelope.payload, dsseEnvelope.signatures[0].sig]) {
      for (let at = 0; at < field.length - 4; at += 7) {
        const letter = field[at] === 'A' ? 'B' : 'A';
        const changed = bundle.toString().replace(field, field.slice(0, at) + letter + field.slice(at + 1));
        expect(() => verifyModelSignature(Buffer.from(changed), key)).toThrow(/does not hold/);
      }
    }
  });

  it.each(['{}', '', 'x', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}'])('is not: %s', (text) =>
    expect(() => verifyModelSignature(Buffer.from(text), key)).toThrow(/does not hold/),
  );

  it('does not take a private key, a short one or text for a public key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'pem', type: 'spki' });
    const secret = ecdsa.export({ format: 'pem', type: 'pkcs8' });
    for (const text of [rsa, secret, 'x', '']) expect(() => parsePublicKey(text as string)).toThrow(/not a public key/);
    expect(fingerprint(parsePublicKey(toPem(ecdsa)))).toBe(fingerprint(ecdsa));
  });
});

const tool = referenceSigner();

describe.skipIf(tool.program === null)(`with the reference tool (${tool.why})`, () => {
  const run = (...args: string[]): string =>
    execFileSync(tool.program ?? '', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('what we sign, it verifies', () => {
    const { ecdsa } = signingKeys(randomBytes(32));
    writeFileSync(publicFile, toPem(ecdsa));
    writeFileSync(signature, signModel('model', files, [], ecdsa));
    expect(run('verify', 'key', '--public_key', publicFile, '--signature', signature, model)).toMatch(/succeeded/);
    writeFileSync(join(model, 'Z.txt'), 'changed');
    expect(() => run('verify', 'key', '--public_key', publicFile, '--signature', signature, model)).toThrow();
    writeFileSync(join(model, 'Z.txt'), contents['Z.txt']);
  });

  it.each(['P-256', 'P-384', 'P-521'])('what it signs with %s, we verify', (namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const secret = join(folder, 'key.pem');
    writeFileSync(secret, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    run('sign', 'key', '--private_key', secret, '--signature', signature, model);
    agree(verifyModelSignature(readFileSync(signature), publicKey), files);
    const other = generateKeyPairSync('ec', { namedCurve }).publicKey;
    expect(() => verifyModelSignature(readFileSync(signature), other)).toThrow(/another key/);
  });

  it('lies where it was asked for', () => expect(existsSync(tool.program ?? '')).toBe(true));
});
