import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseManifest } from '../../../electron/models/store/manifest.ts';
import { readProjector } from '../../../electron/models/store/read-projector.ts';
import { writeGguf, type GgufValue } from '../../fixtures/gguf-writer.ts';
import { testProfile, type TestProfile } from './support.ts';

let at: TestProfile;
beforeEach(() => {
  at = testProfile();
  mkdirSync(join(at.store, 'blobs'), { recursive: true });
});
afterEach(() => at.remove());

const layer = (role: string, digest: string, size: number) => ({
  mediaType: `application/vnd.ollama.image.${role}`,
  digest: `sha256:${digest}`,
  size,
});
const manifestWith = (...layers: object[]) =>
  parseManifest(Buffer.from(JSON.stringify({ schemaVersion: 2, config: layer('config', 'c'.repeat(64), 1), layers })));
const here = () => at.store;
const weights = layer('model', 'a'.repeat(64), 1);

it('counts what sees the pictures: its weights and one picture’s buffers', async () => {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const file = join(at.profile, 'projector.gguf');
  writeGguf(
    file,
    {
      'general.architecture': { type: 'string', value: 'clip' },
      'clip.vision.image_size': u32(224),
      'clip.vision.patch_size': u32(14),
      'clip.vision.embedding_length': u32(64),
      'clip.vision.feed_forward_length': u32(128),
    },
    [{ name: 'v.patch_embd.weight', shape: [14, 14, 3, 64], type: 'f16', values: null }],
  );
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  writeFileSync(at.blob(`sha256:${digest}`), readFileSync(file));
  const found = await readProjector(here, manifestWith(weights, layer('projector', digest, statSync(file).size)));
  expect(found).toEqual({ weightBytes: 14 * 14 * 3 * 64 * 2, graphBytes: 4 * (3 * 224 ** 2 + 257 * (128 + 4 * 64)) });
});

it('counts the size alone of one that cannot be read, and nothing without one', async () => {
  const unread = layer('projector', 'b'.repeat(64), 77);
  expect(await readProjector(here, manifestWith(weights, unread))).toEqual({ weightBytes: 77, graphBytes: 0 });
  expect(await readProjector(here, manifestWith(weights))).toBeNull();
});
