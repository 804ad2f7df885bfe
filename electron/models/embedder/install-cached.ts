import type { InstalledModel } from '../../../shared/contract/types.ts';
import { isPinned } from '../passports/pinned.ts';
import type { Arrival } from '../passports/types.ts';
import { arriveFile } from '../store/arrive.ts';
import { blobSegments, under } from '../store/layout.ts';
import { everyLayer, parseManifest } from '../store/manifest.ts';
import type { Arrived, ModelStore } from '../types.ts';
import { checkEmbedder } from './check.ts';
import { embedderName } from './pins.ts';

/**
 * Copies the embedding model from the machine's cache (or a packaged folder) into a profile's store: shared blocks where the
 * file system can, never a hard link, every layer hashed on arrival. One that this build does not pin (somebody gave set-up a
 * file) goes through `admit` like any other, once. Null when the cache has none, or it waits for approval.
 */
export async function installCachedEmbedder(
  cache: ModelStore,
  store: ModelStore,
  admit: (arrival: Arrival) => Promise<InstalledModel>,
): Promise<InstalledModel | null> {
  if ((await cache.find(embedderName)) === null) return null;
  const bytes = await cache.manifest(embedderName);
  checkEmbedder(await cache.weights(embedderName));
  const manifest = parseManifest(bytes);
  const pinned = isPinned(embedderName, manifest);
  if (!pinned && (await store.find(embedderName))?.digest === manifest.digest) return null;
  const layers = everyLayer(manifest);
  await store.prepare(layers.reduce((sum, layer) => sum + layer.size, 0));
  const arrived: Arrived[] = [];
  for (const { digest } of layers) {
    arrived.push(await arriveFile(store.incoming, under(cache.directory, blobSegments(digest)), digest));
  }
  if (pinned) return store.install(embedderName, bytes, arrived);
  const source = { kind: 'file', address: 'obtained by set-up' } as const;
  const admitted = await admit({ name: embedderName, manifest: bytes, arrived, source, bySetUp: true });
  return admitted.state === 'approved' ? admitted : null;
}
