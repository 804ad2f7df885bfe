import { lstatSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { isAbsent } from './files.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { everyLayer } from './manifest.ts';
import { createManifestReader, readStore, type StoredModel } from './read-manifests.ts';

/**
 * A folder beside the store, never shown to the engine: parts on their way in (`incoming/`), and in the store's own layout what
 * waits for approval, was blocked or was found changed.
 */
export interface Quarantine {
  readonly directory: string;
  readonly incoming: string;
  /** Takes a model out of the store: its manifest, and the layers that are not what they should be. */
  take(model: StoredModel, changed: readonly Digest[]): Promise<void>;
  /** Takes a manifest out of the store, readable or not. */
  takeManifest(name: ModelName): Promise<void>;
  /** Takes a whole model out of the store: also each layer that no other model in the store needs. */
  withdraw(model: StoredModel): Promise<void>;
  list(): Promise<readonly StoredModel[]>;
  /** Forgets a model that lies here: it was installed again or removed. */
  drop(model: StoredModel): Promise<void>;
  /** Where a layer of a model in quarantine lies: here, or in the store when a model there needs it too. */
  readonly place: (digest: Digest) => string;
  /** Deletes a name and these layers wherever they lie, except what another model needs. */
  discard(name: ModelName, layers: readonly Digest[], kept: ReadonlySet<string>): Promise<void>;
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

/** Layers that the models of a folder need. */
async function neededIn(root: string, except?: StoredModel): Promise<Set<string>> {
  const { models } = await readStore(root);
  const others = models.filter((model) => model.display !== except?.display);
  return new Set(others.flatMap((model) => everyLayer(model.manifest).map((layer) => layer.digest)));
}

export function createQuarantine(store: string, directory: string): Quarantine {
  const takeManifest = (name: ModelName): Promise<void> =>
    move(under(store, manifestSegments(name)), under(directory, manifestSegments(name)));
  const take: Quarantine['take'] = async (model, changed) => {
    // The manifest first: without it the engine does not find the model, even if the next step fails.
    await takeManifest(model.name);
    for (const digest of changed) {
      await move(under(store, blobSegments(digest)), under(directory, blobSegments(digest)));
    }
  };
  return {
    directory,
    incoming: under(directory, ['incoming']),
    take,
    takeManifest,
    async withdraw(model) {
      await take(model, []);
      const needed = await neededIn(store);
      for (const { digest } of everyLayer(model.manifest)) {
        const path = under(store, blobSegments(digest));
        if (!needed.has(digest) && (await exists(path))) await move(path, under(directory, blobSegments(digest)));
      }
    },
    async list() {
      return (await readStore(directory)).models;
    },
    async drop(model) {
      const kept = await createManifestReader(directory)(model.name).catch(() => null);
      const needed = await neededIn(directory, model);
      for (const layer of kept === null ? [] : everyLayer(kept.manifest)) {
        const path = under(directory, blobSegments(layer.digest));
        if (!needed.has(layer.digest) && (await exists(path))) await rm(path, { recursive: true });
      }
      await rm(under(directory, manifestSegments(model.name)), { force: true });
    },
    place: (digest) =>
      lstatSync(under(directory, blobSegments(digest)), { throwIfNoEntry: false }) === undefined ? store : directory,
    async discard(name, layers, kept) {
      for (const root of [store, directory]) await rm(under(root, manifestSegments(name)), { force: true });
      const needed = new Set([...kept, ...(await neededIn(store)), ...(await neededIn(directory))]);
      for (const digest of layers.filter((each) => !needed.has(each)))
        for (const root of [store, directory])
          await rm(under(root, blobSegments(digest)), { force: true, recursive: true });
    },
  };
}
