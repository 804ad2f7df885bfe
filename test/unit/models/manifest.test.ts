import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../electron/models/digests.ts';
import { mediaTypes, parseManifest, totalBytes, weightsOf } from '../../../electron/models/store/manifest.ts';

const layer = (letter: string, mediaType: string = mediaTypes.model, size = 10) => ({
  mediaType,
  digest: `sha256:${letter.repeat(64)}`,
  size,
});
const manifest = (change: Record<string, unknown> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.docker,
      config: layer('c', mediaTypes.config, 3),
      layers: [layer('a'), layer('b', mediaTypes.licence)],
      ...change,
    }),
  );

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...layer('a', index === 0 ? mediaTypes.model : mediaTypes.licence),
    digest: `sha256:${index.toString(16).padStart(64, '0')}`,
  }));

describe('a manifest', () => {
  it('may have 64 layers', () => expect(parseManifest(manifest({ layers: many(64) })).layers).toHaveLength(64));

  it('is known by the hash of its bytes', () => {
    const bytes = manifest();
    const parsed = parseManifest(bytes);
    expect(parsed.digest).toBe(digestOf(bytes));
    expect(weightsOf(parsed).digest).toBe(layer('a').digest);
    expect(totalBytes(parsed)).toBe(23);
  });

  it('may be of the OCI kind, and carry annotations', () => {
    expect(parseManifest(manifest({ mediaType: mediaTypes.oci, annotations: { a: 'b' } })).layers).toHaveLength(2);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a layer twice', { layers: [layer('a'), layer('a')] }],
    ['a layer that is the configuration too', { layers: [layer('a'), layer('c')] }],
    ['a digest that is a path', { layers: [{ ...layer('a'), digest: `sha256:../../${'a'.repeat(58)}` }] }],
    ['a digest in capitals', { layers: [{ ...layer('a'), digest: `sha256:${'A'.repeat(64)}` }] }],
    ['a negative size', { layers: [layer('a', mediaTypes.model, -1)] }],
    ['a size that is no whole number', { layers: [layer('a', mediaTypes.model, 1.5)] }],
    ['a size past every disk', { layers: [layer('a', mediaTypes.model, 2 ** 50)] }],
    ['no layers', { layers: [] }],
    ['too many layers', { layers: many(65) }],
    ['another version', { schemaVersion: 1 }],
    ['a list of manifests', { mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' }],
    ['two weights, of which the engine would use the last', { layers: [layer('a'), layer('b')] }],
    [
      'two templates, one by its old name',
      {
        layers: [
          layer('a'),
          layer('b', 'application/vnd.ollama.image.template'),
          layer('d', 'application/vnd.ollama.image.prompt'),
        ],
      },
    ],
    ['a second model to draft with', { layers: [layer('a'), layer('b', 'application/vnd.ollama.image.draft')] }],
    ['layers that the engine would take for the layers', { Layers: [layer('b')] }],
    ['the same in a letter that folds to another', { 'layer\u017f': [layer('b')] }],
    ['a layer with two digests', { layers: [{ ...layer('a'), Digest: layer('b').digest }] }],
    ['a configuration with two types', { config: { ...layer('c', mediaTypes.config), MEDIATYPE: mediaTypes.model } }],
    ['weights in pieces', { layers: [layer('a', 'application/vnd.ollama.image.tensor')] }],
  ])('is refused with %s', (_, change) =>
    expect(() => parseManifest(manifest(change))).toThrow(/manifest is not valid/),
  );

  it('is refused when it is not JSON, not UTF-8 or too large', () => {
    expect(() => parseManifest(Buffer.from('{'))).toThrow(/not JSON/);
    expect(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/not JSON/);
    expect(() => parseManifest(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), manifest()]))).toThrow(/not JSON/);
    expect(() => parseManifest(Buffer.alloc(1024 * 1024 + 1, 0x20))).toThrow(/too large/);
  });

  it('has weights, or is of no use', () => {
    expect(() => weightsOf(parseManifest(manifest({ layers: [layer('b', mediaTypes.licence)] })))).toThrow(
      /no weights/,
    );
  });
});
