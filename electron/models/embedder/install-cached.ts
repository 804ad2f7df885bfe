import type { InstalledModel } from '../../../shared/contract/types.ts';
import { arriveFile } from '../store/arrive.ts';
import { blobSegments, under } from '../store/layout.ts';
import { everyLayer, parseManifest } from '../store/manifest.ts';
import type { Arrived, ModelStore } from '../types.ts';
import { checkEmbedder } from './check.ts';
import { embedderName } from './pins.ts';

/**
 * Copies the embedding model from the machine's cache (or a packaged folder) into a profile's store: shared blocks where the
 * file system can, never a hard link, every layer hashed on arrival. Null when the cache has none.
 */
export async function installCachedEmbedder(cache: ModelStore, store: ModelStore): Promise<InstalledModel | null> {
  if ((await cache.find(embedderName)) === null) return null;
  const bytes = await cache.manifest(embedderName);
  checkEmbedder(await cache.weights(embedderName));
  const layers = everyLayer(parseManifest(bytes));
  await store.prepare(layers.reduce((sum, layer) => sum + layer.size, 0));
  const arrived: Arrived[] = [];
  for (const { digest } of layers) {
    arrived.push(await arriveFile(store.incoming, under(cache.directory, blobSegments(digest)), digest));
  }
  return store.install(embedderName, bytes, arrived);
}
