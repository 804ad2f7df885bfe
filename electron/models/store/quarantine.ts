import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../digests.ts';
import { isAbsent } from './files.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { everyLayer } from './manifest.ts';
import { createManifestReader, readStore, type StoredModel } from './read-manifests.ts';

/**
 * A folder beside the store, never shown to the engine: parts on their way in (`incoming/`), and what was found changed, in the
 * store's own layout.
 */
interface Quarantine {
  readonly directory: string;
  readonly incoming: string;
  /** Takes a model out of the store: its manifest, and the layers that are not what they should be. */
  take(model: StoredModel, changed: readonly Digest[]): Promise<void>;
  list(): Promise<readonly StoredModel[]>;
  /** Forgets a model that was taken out, for it was installed again or removed. */
  drop(model: StoredModel): Promise<void>;
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rm(to, { recursive: true, force: true });
  await rename(from, to).catch((thrown: unknown) => {
    if (!isAbsent(thrown)) throw thrown;
  });
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

export function createQuarantine(store: string, directory: string): Quarantine {
  return {
    directory,
    incoming: under(directory, ['incoming']),
    async take(model, changed) {
      // The manifest first: without it the engine does not find the model, even if the next step fails.
      await move(under(store, manifestSegments(model.name)), under(directory, manifestSegments(model.name)));
      for (const digest of changed) {
        await move(under(store, blobSegments(digest)), under(directory, blobSegments(digest)));
      }
    },
    async list() {
      return (await readStore(directory)).models;
    },
    async drop(model) {
      const kept = await createManifestReader(directory)(model.name).catch(() => null);
      for (const layer of kept === null ? [] : everyLayer(kept.manifest)) {
        const path = under(directory, blobSegments(layer.digest));
        if (await exists(path)) await rm(path, { recursive: true });
      }
      await rm(under(directory, manifestSegments(model.name)), { force: true });
    },
  };
}
