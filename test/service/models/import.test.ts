import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstalledModel, Passport } from '../../../shared/contract/types.ts';
import { writeBundle } from '../../../electron/models/bundle/write-bundle.ts';
import { createModelChecker } from '../../../electron/models/check/create-checker.ts';
import { blobName, digestOf } from '../../../electron/models/digests.ts';
import { importModel, type ImportDeps, type ImportOptions } from '../../../electron/models/import/import-model.ts';
import { importName } from '../../../electron/models/import/name.ts';
import type { Arrival } from '../../../electron/models/passports/types.ts';
import { fingerprint, signingKeys, toPem } from '../../../electron/models/signing/keys.ts';
import { signModel } from '../../../electron/models/signing/model-signing.ts';
import { parseManifest, weightsOf } from '../../../electron/models/store/manifest.ts';
import { buildChecker, checkerEntry, checkerNode } from '../../fixtures/model-checker.ts';
import { arrayValue, pair, rawGguf, sanePairs, stringValue, tensor, u32 } from '../../fixtures/raw-gguf.ts';
import { installModel, writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-import-'));
const incoming = join(folder, 'incoming');
const gguf = join(folder, 'A Model (v2).gguf');
let arrival: Arrival | null = null;
let listed: { name: string; key: string }[] = [];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  buildChecker();
  writeTinyChatModel(gguf);
});
beforeEach(() => {
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming);
  arrival = null;
  listed = [];
});

const deps: ImportDeps = {
  store: { incoming, place: () => folder, prepare: async () => undefined, holds: async () => false },
  checker: createModelChecker({ entry: checkerEntry, node: checkerNode }),
  publishers: () => Promise.resolve(listed),
  admit: async (given) => {
    arrival = given;
    return { name: given.name } as InstalledModel;
  },
};
const run = (path: string, options: ImportOptions = {}) => importModel(deps, path, options);
const inIncoming = (): string[] => readdirSync(incoming);
const hexOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a GGUF file', () => {
  it('is copied, hashed, checked and described as the engine expects it', async () => {
    const lines: string[] = [];
    await run(gguf, { onProgress: ({ layer, done, total }) => lines.push(`${layer.slice(0, 7)} ${done === total}`) });
    expect(arrival?.name).toBe('cloister-tiny-chat:latest');
    expect(arrival?.source).toEqual({ kind: 'file', address: 'A Model (v2).gguf' });
    expect(arrival?.signature).toBeNull();
    const manifest = parseManifest(arrival?.manifest ?? Buffer.alloc(0));
    expect(weightsOf(manifest).digest).toBe(`sha256:${hexOf(gguf)}`);
    expect(manifest.layers).toHaveLength(1);
    const config = JSON.parse(
      readFileSync(join(incoming, `${blobName(manifest.config.digest)}.partial`), 'utf8'),
    ) as object;
    expect(config).toMatchObject({
      model_format: 'gguf',
      model_family: 'llama',
      model_type: '116.29K',
      file_type: 'F16',
      rootfs: { diff_ids: [weightsOf(manifest).digest] },
    });
    expect(lines.at(-1)).toBe('sha256: true');
    expect(inIncoming()).toHaveLength(2);
  });

  it('keeps its licence as a layer', async () => {
    const path = join(folder, 'licensed.gguf');
    const pairs = [
      ...sanePairs,
      pair('general.license', stringValue('apache-2.0')),
      pair('general.name', stringValue('X')),
    ];
    writeFileSync(path, rawGguf({ pairs, tensors: [tensor('a', [8], 0, 0)], data: 32 }));
    const notes: string[] = [];
    await run(path, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual(['no_template']);
    const manifest = parseManifest(arrival?.manifest ?? Buffer.alloc(0));
    expect(manifest.layers[1]?.digest).toBe(digestOf('apache-2.0\n'));
  });

  it.each([
    ['Qwen2.5 7B Instruct', 'qwen2.5-7b-instruct:latest'],
    ['../../etc/passwd', 'etc-passwd:latest'],
    ['ünïcode — Modèl', 'u-ni-code-mode-l:latest'],
    ['con', 'a-model-v2:latest'],
    ['', 'a-model-v2:latest'],
    ['...', 'a-model-v2:latest'],
    ['x'.repeat(500), `${'x'.repeat(80)}:latest`],
  ])('that calls itself %s is called %s', (own, name) => expect(importName(undefined, own, gguf)).toBe(name));

  it('has the name that was asked for, or none', async () => {
    await run(gguf, { name: 'mine:v1' });
    expect(arrival?.name).toBe('mine:v1');
    await expect(run(gguf, { name: '../x' })).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('that is one part of several is refused with what to do', async () => {
    const path = join(folder, 'part-00001-of-00002.gguf');
    const split = pair('split.count', Buffer.concat([u32(2), Buffer.from([2, 0])]));
    writeFileSync(path, rawGguf({ pairs: [...sanePairs, split], tensors: [tensor('a', [8], 0, 0)], data: 32 }));
    await expect(run(path)).rejects.toThrow(/llama-gguf-split --merge/);
    expect(inIncoming()).toEqual([]);
  });

  it('that is hostile leaves nothing behind', async () => {
    const path = join(folder, 'hostile.gguf');
    const hostile = pair('tokenizer.chat_template', stringValue("{{ ''.__class__ }}"));
    writeFileSync(
      path,
      rawGguf({
        pairs: [...sanePairs, hostile, pair('a', arrayValue(0, 0))],
        tensors: [tensor('a', [8], 0, 0)],
        data: 32,
      }),
    );
    await expect(run(path)).rejects.toMatchObject({ detail: { problem: 'template_attribute' } });
    expect(inIncoming()).toEqual([]);
    expect(arrival).toBeNull();
  });

  it('is given up when it is stopped, and leaves nothing', async () => {
    const stop = new AbortController();
    const running = run(gguf, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(inIncoming()).toEqual([]);
  });
});

describe('what is no model', () => {
  const python = (code: string): Buffer => execFileSync('python3', ['-c', code], { maxBuffer: 1 << 24 });
  it.each<[string, () => Buffer | string, RegExp]>([
    [
      'safetensors',
      () => Buffer.concat([Buffer.from('4000000000000000', 'hex'), Buffer.from('{"a":{}}')]),
      /safetensors/,
    ],
    ['a pickle', () => python('import pickle,sys; sys.stdout.buffer.write(pickle.dumps({"w": 1}))'), /pickle/],
    ['a ZIP, as torch saves', () => Buffer.from('504b030414000000', 'hex'), /pickle/],
    ['a packed archive', () => Buffer.from('1f8b0800000000000003', 'hex'), /packed archive/],
    ['a web page', () => '<!doctype html><html>Sign in to download</html>', /a text/],
    ['a pointer of Git LFS', () => 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /Git LFS/],
    ['nothing', () => '', /empty/],
    ['noise', () => Buffer.from('ff00ff00aa', 'hex'), /neither a GGUF/],
  ])('%s is refused with what to do', async (_, make, words) => {
    const path = join(folder, 'other');
    writeFileSync(path, make());
    await expect(run(path)).rejects.toThrow(words);
    expect(inIncoming()).toEqual([]);
  });

  it('is not there, or a folder', async () => {
    await expect(run(join(folder, 'absent'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(folder)).rejects.toMatchObject({ code: 'unsupported_type' });
  });
});

describe('a publisher’s signature beside a file', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const key = join(folder, 'publisher.pub');
  const sign = (name: string, hex: string): Buffer => signModel('m', [{ name, sha256: hex }], [], privateKey);
  beforeAll(() => writeFileSync(key, toPem(publicKey)));
  beforeEach(() => {
    for (const name of ['model.sig', 'A Model (v2).gguf.sig']) rmSync(join(folder, name), { force: true });
  });

  it.each(['model.sig', 'A Model (v2).gguf.sig'])('in %s is verified with the key that is given', async (name) => {
    writeFileSync(join(folder, name), sign('A Model (v2).gguf', hexOf(gguf)));
    await run(gguf, { key });
    expect(arrival?.signature).toEqual({ method: 'model-signing', key: fingerprint(publicKey), ok: true });
  });

  it('that is not there, of another file, or made with another key is told, and nothing is kept', async () => {
    await expect(run(gguf, { key })).rejects.toMatchObject({ code: 'not_found' });
    writeFileSync(join(folder, 'model.sig'), sign('A Model (v2).gguf', '0'.repeat(64)));
    await expect(run(gguf, { key })).rejects.toThrow(/not what was signed/);
    writeFileSync(join(folder, 'model.sig'), sign('other.gguf', hexOf(gguf)));
    await expect(run(gguf, { key })).rejects.toThrow(/not what was signed/);
    writeFileSync(key, toPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey));
    await expect(run(gguf, { key })).rejects.toThrow(/another key/);
    expect(inIncoming()).toEqual([]);
    expect(arrival).toBeNull();
  });
});

describe('a bundle', () => {
  const keys = () => signingKeys(Buffer.alloc(32, 7));
  const store = join(folder, 'store');
  const bundle = join(folder, 'model.cloister');

  beforeAll(async () => {
    await installModel(store, 'tiny', gguf, { template: '{{ .Prompt }}', licence: 'MIT' });
    const manifest = readFileSync(join(store, 'manifests/registry.ollama.ai/library/tiny/latest'));
    const passport = { name: 'tiny:latest' } as unknown as Passport;
    await writeBundle(bundle, { name: 'tiny:latest', manifest, passport, keys: keys(), place: () => store });
  });

  it('arrives whole, with its name and the key that signed it', async () => {
    await run(bundle);
    expect(arrival).toMatchObject({
      name: 'tiny:latest',
      source: { kind: 'bundle', address: 'model.cloister' },
      signature: { method: 'ed25519', key: fingerprint(keys().ed25519), ok: true },
    });
    expect(arrival?.arrived).toHaveLength(4);
    for (const { digest } of arrival?.arrived ?? [])
      expect(`sha256:${hexOf(join(incoming, `${blobName(digest)}.partial`))}`).toBe(digest);
  });

  it('shows the key that policy lists, whichever of the two it is', async () => {
    listed = [{ name: 'Us', key: fingerprint(keys().ecdsa) }];
    await run(bundle, { name: 'ours' });
    expect(arrival).toMatchObject({ name: 'ours:latest', signature: { method: 'model-signing', key: listed[0]?.key } });
  });

  it('with a byte changed anywhere in its layers leaves nothing behind', async () => {
    const bytes = readFileSync(bundle);
    const path = join(folder, 'changed.cloister');
    for (const at of [bytes.length - 5000, bytes.length - 100_000, bytes.indexOf('GGUF') + 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      writeFileSync(path, changed);
      await expect(run(path)).rejects.toMatchObject({ detail: { problem: 'bundle_content' } });
      expect(inIncoming()).toEqual([]);
    }
    expect(arrival).toBeNull();
  });

  it('whose weights or template are hostile is refused, although it is signed', async () => {
    const hostile = join(folder, 'hostile-store');
    await installModel(hostile, 'tiny', gguf, { template: '{{ range 1000000000 }}x{{ end }}' });
    const manifest = readFileSync(join(hostile, 'manifests/registry.ollama.ai/library/tiny/latest'));
    const path = join(folder, 'hostile.cloister');
    const passport = { name: 'tiny:latest', nonce: randomBytes(4).toString('hex') } as unknown as Passport;
    await writeBundle(path, { name: 'tiny:latest', manifest, passport, keys: keys(), place: () => hostile });
    await expect(run(path)).rejects.toMatchObject({ detail: { problem: 'template_loop' } });
    expect(inIncoming()).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});
