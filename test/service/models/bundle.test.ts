import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../electron/models/digests.ts';
import { openBundle, takeLayer, type OpenedBundle } from '../../../electron/models/bundle/read-bundle.ts';
import { tarHeader } from '../../../electron/models/bundle/tar.ts';
import { writeBundle } from '../../../electron/models/bundle/write-bundle.ts';
import { fingerprint, signingKeys, toPem } from '../../../electron/models/signing/keys.ts';
import { everyLayer } from '../../../electron/models/store/manifest.ts';
import type { Passport } from '../../../shared/contract/types.ts';
import { referenceSigner } from '../../fixtures/reference-signer.ts';
import { installModel, writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-bundle-'));
const store = join(folder, 'store');
const whole = join(folder, 'whole.cloister');
const seed = randomBytes(32);
const keys = () => signingKeys(Buffer.from(seed));
const passport = { name: 'tiny:latest' } as unknown as Passport;
let manifest: Buffer;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = () => ({ name: 'tiny:latest', manifest, passport, keys: keys(), place: () => store });

beforeAll(async () => {
  writeTinyChatModel(join(folder, 'tiny.gguf'));
  await installModel(store, 'tiny', join(folder, 'tiny.gguf'), { template: '{{ .Prompt }}', licence: 'MIT' });
  manifest = readFileSync(join(store, 'manifests/registry.ollama.ai/library/tiny/latest'));
  await writeBundle(whole, parts());
});

async function opened(path: string): Promise<OpenedBundle> {
  const file = await open(path);
  try {
    return await openBundle(file);
  } finally {
    await file.close();
  }
}

async function takeAll(path: string): Promise<number> {
  const incoming = mkdtempSync(join(folder, 'incoming-'));
  const file = await open(path);
  try {
    const bundle = await openBundle(file);
    for (const layer of everyLayer(bundle.manifest))
      await takeLayer(file, bundle, layer, incoming, { onBytes: () => undefined });
    return everyLayer(bundle.manifest).length;
  } finally {
    await file.close();
  }
}

/** A bundle whose bytes were changed by somebody. */
function changed(change: (bytes: Buffer) => Buffer): string {
  const path = join(folder, `changed-${randomBytes(4).toString('hex')}`);
  writeFileSync(path, change(readFileSync(whole)));
  return path;
}

const problemOf = async (path: string): Promise<unknown> =>
  takeAll(path).then(
    () => 'taken',
    (thrown: unknown) => {
      const { detail, code } = thrown as { detail?: { problem?: string }; code?: string };
      return detail?.problem ?? code;
    },
  );

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
const entry = (name: string, content: string | Buffer): Buffer =>
  Buffer.concat([tarHeader(name, Buffer.byteLength(content)), padded(Buffer.from(content as string))]);

/** The same header with other bytes in it, and a checksum that is right again. */
function rewritten(header: Buffer, at: number, bytes: Buffer | string): Buffer {
  const copy = Buffer.from(header);
  copy.write(bytes.toString('latin1'), at, 'latin1');
  copy.fill(0x20, 148, 156);
  const sum = copy.reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

const inFront = (extra: Buffer) => (bytes: Buffer) => Buffer.concat([extra, bytes]);
const blobName = (content: string): string => `blobs/sha256/${createHash('sha256').update(content).digest('hex')}`;

describe('a bundle', () => {
  it('carries a model, its name, and two signatures', async () => {
    const { index, manifest: found, keys: signed, manifestBytes } = await opened(whole);
    expect(index.name).toBe('tiny:latest');
    expect(found.digest).toBe(digestOf(manifest));
    expect(manifestBytes.equals(manifest)).toBe(true);
    expect(signed).toEqual([
      { method: 'ed25519', key: fingerprint(keys().ed25519) },
      { method: 'model-signing', key: fingerprint(keys().ecdsa) },
    ]);
    expect(await takeAll(whole)).toBe(4);
  });

  it('is the same each time, but for the signature that is made with chance', async () => {
    const again = join(folder, 'again');
    await writeBundle(again, parts());
    const [one, two] = [readFileSync(whole), readFileSync(again)];
    const at = one.indexOf('model.sig\0');
    const after = one.indexOf('cloister.sig\0');
    expect(two.subarray(0, at).equals(one.subarray(0, at))).toBe(true);
    expect(two.subarray(two.indexOf('cloister.sig\0')).equals(one.subarray(after))).toBe(true);
  });

  it('is an archive and an OCI layout to other programs', () => {
    const listed = execFileSync('tar', ['-tf', whole], { encoding: 'utf8' }).trim().split('\n');
    expect(listed.slice(0, 4)).toEqual(['oci-layout', 'index.json', 'model.sig', 'cloister.sig']);
    const out = join(folder, 'unpacked');
    mkdirSync(out);
    execFileSync('tar', ['-xf', whole, '-C', out]);
    const index = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
    for (const { digest } of index.manifests) {
      const content = readFileSync(join(out, 'blobs', ...digest.split(':')));
      expect(digestOf(content)).toBe(digest);
    }
  });

  it('packed again by tar is still one', async () => {
    const out = join(folder, 'again-unpacked');
    mkdirSync(out);
    execFileSync('tar', ['-xf', whole, '-C', out]);
    const packed = join(folder, 'packed.tar');
    execFileSync('tar', ['-cf', packed, '-C', out, '.']);
    expect(await problemOf(packed)).toBe('taken');
  });

  it('is not written over another file, nor when the store is not what it was, and leaves nothing then', async () => {
    await expect(writeBundle(whole, parts())).rejects.toMatchObject({ code: 'conflict' });
    const other = join(folder, 'other-store');
    execFileSync('cp', ['-r', store, other]);
    const [weights] = execFileSync('ls', ['-S', join(other, 'blobs')], { encoding: 'utf8' }).split('\n');
    const path = join(other, 'blobs', weights ?? '');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(200_000) ^ 1, 200_000);
    writeFileSync(path, bytes);
    const out = join(folder, 'out', 'never');
    mkdirSync(join(folder, 'out'));
    await expect(writeBundle(out, { ...parts(), place: () => other })).rejects.toMatchObject({ code: 'model_changed' });
    expect(execFileSync('ls', ['-A', join(folder, 'out')], { encoding: 'utf8' })).toBe('');
  });
});

describe('a hostile bundle', () => {
  it.each<[string, string, (bytes: Buffer) => Buffer]>([
    ['no archive', 'bundle_header', () => randomBytes(4096)],
    ['nothing', 'bundle_cut', () => Buffer.alloc(0)],
    ['an empty archive', 'bundle_missing', () => Buffer.alloc(1024)],
    ['cut in the middle', 'bundle_cut', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['without its end', 'bundle_cut', (bytes) => bytes.subarray(0, -1024)],
    ['half an end', 'bundle_cut', (bytes) => bytes.subarray(0, -512)],
    ['something behind its end', 'bundle_trailing', (bytes) => Buffer.concat([bytes, Buffer.from('more')])],
    ['a second archive behind it', 'bundle_trailing', (bytes) => Buffer.concat([bytes, bytes])],
    ['two mebibytes of zeros', 'bundle_trailing', (bytes) => Buffer.concat([bytes, Buffer.alloc(2 << 20)])],
    ['a path upwards', 'bundle_path', inFront(entry('../evil', 'x'))],
    ['an absolute path', 'bundle_path', inFront(entry('/etc/cron.d/evil', 'x'))],
    ['a path upwards behind a folder', 'bundle_path', inFront(entry('blobs/sha256/../../evil', 'x'))],
    ['a file of another name', 'bundle_path', inFront(entry('README', 'x'))],
    ['a hash in capitals', 'bundle_path', inFront(entry(`blobs/sha256/${'A'.repeat(64)}`, 'x'))],
    [
      'a prefix in the header',
      'bundle_path',
      (bytes) => Buffer.concat([rewritten(bytes.subarray(0, 512), 345, 'evil'), bytes.subarray(512)]),
    ],
    [
      'a symbolic link',
      'bundle_kind',
      inFront(rewritten(rewritten(tarHeader('index.json', 0), 156, '2'), 157, '/etc/passwd')),
    ],
    [
      'a hard link',
      'bundle_kind',
      inFront(rewritten(rewritten(tarHeader('index.json', 0), 156, '1'), 157, '/etc/passwd')),
    ],
    ['a device', 'bundle_kind', inFront(rewritten(tarHeader('index.json', 0), 156, '3'))],
    ['a pipe', 'bundle_kind', inFront(rewritten(tarHeader('index.json', 0), 156, '6'))],
    [
      'a header of another tar',
      'bundle_kind',
      inFront(Buffer.concat([rewritten(tarHeader('PaxHeader', 10), 156, 'x'), padded(Buffer.from('10 path=x\n'))])),
    ],
    ['a long name of GNU', 'bundle_kind', inFront(rewritten(tarHeader('././@LongLink', 0), 156, 'L'))],
    ['a file twice', 'bundle_twice', (bytes) => Buffer.concat([bytes.subarray(0, 1024), bytes])],
    [
      'the same file with ./ in front',
      'bundle_twice',
      inFront(entry('./oci-layout', '{"imageLayoutVersion":"1.0.0"}')),
    ],
    ['a folder elsewhere', 'bundle_path', inFront(rewritten(tarHeader('evil/', 0), 156, '5'))],
    ['a folder with contents', 'bundle_header', inFront(rewritten(tarHeader('blobs/', 5), 156, '5'))],
    ['a wrong checksum', 'bundle_header', (bytes) => Buffer.concat([Buffer.from('X'), bytes.subarray(1)])],
    ['a length that is no number', 'bundle_header', inFront(rewritten(tarHeader('index.json', 0), 124, 'zzzzzzzzzzz'))],
    [
      'a length of 2^63',
      'bundle_header',
      inFront(rewritten(tarHeader('index.json', 0), 124, Buffer.from('80000000ff00000000000000', 'hex'))),
    ],
    ['a length past the end', 'bundle_cut', inFront(tarHeader('index.json', 2 ** 40))],
    [
      'ten thousand files',
      'bundle_count',
      inFront(Buffer.concat(Array.from({ length: 10_000 }, (_, at) => tarHeader(blobName(String(at)), 0)))),
    ],
    ['a part that nobody names', 'bundle_extra', inFront(entry(blobName('x'), 'x'))],
    ['a list of a gigabyte', 'bundle_cut', inFront(tarHeader('index.json', 2 ** 30))],
  ])('%s is refused for %s', async (_, problem, change) => {
    const path = changed(change);
    // Signatures are looked at before parts that nobody names.
    expect([problem, ...(problem === 'bundle_extra' ? ['signature'] : [])]).toContain(await problemOf(path));
  });

  it('with any byte changed is refused, unless nobody ever reads that byte', async () => {
    const bytes = readFileSync(whole);
    let refused = 0;
    const step = Math.ceil(bytes.length / 400);
    for (let at = 0; at < bytes.length; at += step) {
      const outcome = await problemOf(
        changed((same) => {
          same.writeUInt8(same.readUInt8(at) ^ 1, at);
          return same;
        }),
      );
      // Behind the end of a file to its block's, zeros are filled in that mean nothing.
      if (outcome === 'taken') expect(bytes[at]).toBe(0);
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(380);
  });

  it('signed by somebody else after a change says so by its key', async () => {
    const other = signingKeys(randomBytes(32));
    const path = join(folder, 'other');
    await writeBundle(path, { ...parts(), name: 'evil:latest', keys: other });
    const { keys: signed, index } = await opened(path);
    expect(index.name).toBe('evil:latest');
    expect(signed[0]?.key).not.toBe(fingerprint(keys().ed25519));
  });

  it('without signatures is nobody’s', async () => {
    const out = join(folder, 'unsigned');
    mkdirSync(out);
    execFileSync('tar', ['-xf', whole, '-C', out]);
    rmSync(join(out, 'cloister.sig'));
    execFileSync('tar', ['-cf', `${out}.tar`, '-C', out, '.']);
    expect((await opened(`${out}.tar`)).keys).toEqual([]);
  });

  it('that is a link packed by tar is refused', async () => {
    const out = join(folder, 'linked');
    mkdirSync(out);
    execFileSync('tar', ['-xf', whole, '-C', out]);
    rmSync(join(out, 'index.json'));
    symlinkSync('/etc/passwd', join(out, 'index.json'));
    execFileSync('tar', ['-cf', `${out}.tar`, '-C', out, '.']);
    expect(await problemOf(`${out}.tar`)).toBe('bundle_kind');
  });
});

const tool = referenceSigner();

it.skipIf(tool.program === null)(`an unpacked bundle holds with the reference tool (${tool.why})`, () => {
  const out = join(folder, 'for-the-tool');
  mkdirSync(out);
  execFileSync('tar', ['-xf', whole, '-C', out]);
  const key = join(folder, 'key.pub');
  writeFileSync(key, toPem(keys().ecdsa));
  const verify = (): string =>
    execFileSync(
      tool.program ?? '',
      [
        'verify',
        'key',
        '--public_key',
        key,
        '--signature',
        join(out, 'model.sig'),
        '--ignore-paths',
        join(out, 'cloister.sig'),
        out,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
  expect(verify()).toMatch(/succeeded/);
  writeFileSync(join(out, 'index.json'), '{}');
  expect(verify).toThrow();
});
