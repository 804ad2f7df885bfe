import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { blobName, digestOfHex, type Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { checkOne, type HashedFiles } from './check-layers.ts';
import { identityOf, makeFolders, openRegular, syncFolder, writeAtomically } from './files.ts';
import { hashFile } from './hash-file.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { everyLayer, parseManifest, type Layer } from './manifest.ts';

/** A layer in quarantine's `incoming` folder, hashed while it was written and synced to disk. */
export interface Arrived {
  readonly digest: Digest;
  /** `identityOf` its open file after the last byte; a file that differs since is hashed again. */
  readonly identity: string;
}

export const incomingName = (digest: Digest): string => `${blobName(digest)}.partial`;

const changedOnItsWay = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'A part of the model is not what its manifest says. Nothing was installed; get it again.',
  );

/** True when the store holds the layer, by its content and not by its name. A wrong file of that name is removed. */
async function isInStore(store: string, layer: Layer, hashed: HashedFiles): Promise<boolean> {
  const { ok, problem } = await checkOne(store, layer, { mode: 'when-changed', hashed });
  if (!ok && problem !== 'missing')
    await rm(under(store, blobSegments(layer.digest)), { force: true, recursive: true });
  return ok;
}

async function checkArrived(incoming: string, layer: Layer, arrived: Arrived | undefined): Promise<void> {
  const file = await openRegular(incoming, [incomingName(layer.digest)]);
  try {
    const found = await file.stat({ bigint: true });
    if (Number(found.size) !== layer.size) throw changedOnItsWay();
    if (arrived?.identity === identityOf(found)) return;
    if (digestOfHex((await hashFile(file)).hex) !== layer.digest) throw changedOnItsWay();
  } finally {
    await file.close();
  }
}

async function promoteLayer(store: string, incoming: string, layer: Layer, hashed: HashedFiles): Promise<void> {
  const target = under(store, blobSegments(layer.digest));
  const from = join(incoming, incomingName(layer.digest));
  const before = await lstat(from, { bigint: true });
  await rename(from, target);
  // Renaming moves ctime and nothing else; the file that was hashed is known to be this one.
  const after = await lstat(target, { bigint: true });
  if (after.ino === before.ino && after.mtimeNs === before.mtimeNs) hashed.set(layer.digest, identityOf(after));
}

/**
 * Puts a model into the store: every layer checked, layers first, the manifest last, each step synced. After a power cut
 * there is the old model or the new one. `incoming` must lie on the store's file system.
 */
export async function promote(
  store: string,
  incoming: string,
  model: { name: ModelName; manifest: Uint8Array; arrived: readonly Arrived[] },
  hashed: HashedFiles,
): Promise<void> {
  const manifest = parseManifest(model.manifest);
  await makeFolders(store, ['blobs']);
  for (const layer of everyLayer(manifest)) {
    if (await isInStore(store, layer, hashed)) continue;
    const arrived = model.arrived.find((each) => each.digest === layer.digest);
    await checkArrived(incoming, layer, arrived);
    await promoteLayer(store, incoming, layer, hashed);
  }
  await syncFolder(under(store, ['blobs']));
  const segments = manifestSegments(model.name);
  await makeFolders(store, segments.slice(0, -1));
  await writeAtomically(under(store, segments), model.manifest);
}
