import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastAllocations } from '../../../electron/engine/allocations.ts';
import { estimate, totalNeeds } from '../../../electron/models/fit/estimate.ts';
import { parseManifest } from '../../../electron/models/store/manifest.ts';
import { createWeightReader } from '../../../electron/models/store/read-weights.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { writeProjector, type ProjectorShape } from '../../fixtures/projector-model.ts';
import { writeShapedModel } from '../../fixtures/shaped-model.ts';
import { answerOf, prepare, type Bench } from '../engine/support.ts';

const small: ProjectorShape = { hidden: 256, feedForward: 1024, layers: 4, heads: 4, image: 336, patch: 14, text: 512 };

const cases: readonly (readonly [string, ProjectorShape])[] = [
  ['small', small],
  ['as wide as the usual ones', { ...small, hidden: 1024, feedForward: 4096, layers: 2, heads: 16 }],
  ['a deeper one', { ...small, hidden: 768, feedForward: 3072, layers: 6, heads: 12 }],
  ['large pictures', { ...small, hidden: 512, feedForward: 2048, heads: 8, image: 672 }],
  ['a wide feed-forward step', { ...small, hidden: 512, feedForward: 4096, layers: 2, heads: 8 }],
];

let bench: Bench;
beforeAll(async () => {
  bench = await prepare();
  await bench.engine.start();
});
afterAll(() => bench.end());

/** As a pull lays it down: the encoder is a layer of its own. */
async function install(shape: ProjectorShape) {
  const file = join(bench.folder, 'shaped.gguf');
  const model = { embedding: 512, layers: 4, heads: 8, keyValueHeads: 4, feedForward: 1536, vocabulary: 4096 };
  writeShapedModel(file, { architecture: 'llama', type: 'f16', ...model });
  await installModel(bench.models, 'seeing', file);
  writeProjector(file, shape);
  const bytes = readFileSync(file);
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(bench.models, 'blobs', `sha256-${hex}`), bytes);
  const path = join(bench.models, 'manifests', 'registry.ollama.ai', 'library', 'seeing', 'latest');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { layers: object[] };
  const mediaType = 'application/vnd.ollama.image.projector';
  manifest.layers.push({ mediaType, digest: `sha256:${hex}`, size: statSync(file).size });
  writeFileSync(path, JSON.stringify(manifest));
  return createWeightReader(() => bench.models)(parseManifest(readFileSync(path)));
}

it.each(cases)('what sees pictures is expected to need what it takes: %s', async (_, shape) => {
  const { sizing } = await install(shape);
  const client = await bench.engine.client();
  const messages = [{ role: 'user' as const, content: 'ab' }];
  await answerOf(client, { model: 'seeing', messages, contextTokens: 4096, maxTokens: 1 });
  const logged = lastAllocations(bench.engine.logs())!;
  const taken = totalNeeds(logged) + logged.projector;
  // Its weights to the byte, but for how the log rounds them.
  expect(Math.abs(logged.projector - (sizing.projector?.weightBytes ?? 0))).toBeLessThan(0.01 * 1024 ** 2);
  const error = totalNeeds(estimate(sizing, 4096)) / taken - 1;
  expect(error).toBeLessThanOrEqual(0.1);
  expect(error).toBeGreaterThanOrEqual(-0.03);
  if (process.env['CLOISTER_SHOW'] === '1') console.info(`${(error * 100).toFixed(2)} %`);
  // The engine's own list leaves the weights out; what is learned from must not.
  const [listed] = await client.loaded();
  expect(listed!.bytes).toBeLessThan(taken - logged.projector * 0.9);
  expect(await bench.engine.report('seeing:latest')).toBe(taken);
  await client.unload('seeing');
});
