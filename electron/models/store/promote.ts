import { lstat, rename, rm } from 'node:fs/promises';
import { CloisterError } from '../../../shared/errors.ts';
import { blobName, digestOfHex, type Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { checkOne, type HashedFiles } from './check-layers.ts';
import { identityOf, makeFolders, openRegular, syncFolder, writeAtomically } from './files.ts';
import type { Hasher } from './hasher.ts';
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

/** Where layers come from: a folder, and what a layer is called in it. */
export interface Origin {
  readonly root: string;
  readonly segments: (digest: Digest) => readonly string[];
}

export interface Promotion {
  /** The folder in Ollama's layout that is to hold the model. */
  readonly to: string;
  /** On the same file system. */
  readonly from: Origin;
  /** Another folder whose layers need not be brought: the store, for what waits beside it. */
  readonly beside?: string | undefined;
  readonly hashed: HashedFiles;
  readonly hash: Hasher;
}

/** True when a folder holds the layer, by its content and not by its name. */
const holds = async (root: string, layer: Layer, { hashed, hash }: Promotion) =>
  checkOne(root, layer, { mode: 'when-changed', hashed, hash });

/** A wrong file of the layer's name is removed. */
async function isThere(layer: Layer, promotion: Promotion): Promise<boolean> {
  if (promotion.beside !== undefined && (await holds(promotion.beside, layer, promotion)).ok) return true;
  const { ok, problem } = await holds(promotion.to, layer, promotion);
  if (!ok && problem !== 'missing')
    await rm(under(promotion.to, blobSegments(layer.digest)), { force: true, recursive: true });
  return ok;
}

async function checkArrived({ from, hash }: Promotion, layer: Layer, known: string | undefined): Promise<void> {
  const file = await openRegular(from.root, from.segments(layer.digest));
  try {
    const found = await file.stat({ bigint: true });
    if (Number(found.size) !== layer.size) throw changedOnItsWay();
    if (known === identityOf(found)) return;
    if (digestOfHex((await hash(file)).hex) !== layer.digest) throw changedOnItsWay();
  } finally {
    await file.close();
  }
}

async function promoteLayer({ to, from, hashed }: Promotion, layer: Layer): Promise<void> {
  const target = under(to, blobSegments(layer.digest));
  const path = under(from.root, from.segments(layer.digest));
  const before = await lstat(path, { bigint: true });
  await rename(path, target);
  // Renaming moves ctime and nothing else; the file that was hashed is known to be this one.
  const after = await lstat(target, { bigint: true });
  if (after.ino === before.ino && after.mtimeNs === before.mtimeNs) hashed.set(layer.digest, identityOf(after));
}

/**
 * Puts a model into a folder: every layer checked, layers first, the manifest last, each step synced. After a power cut
 * there is the old model or the new one.
 */
export async function promote(
  promotion: Promotion,
  model: { name: ModelName; manifest: Uint8Array; arrived: readonly Arrived[] },
): Promise<void> {
  const { to } = promotion;
  const manifest = parseManifest(model.manifest);
  await makeFolders(to, ['blobs']);
  for (const layer of everyLayer(manifest)) {
    if (await isThere(layer, promotion)) continue;
    await checkArrived(promotion, layer, model.arrived.find((each) => each.digest === layer.digest)?.identity);
    await promoteLayer(promotion, layer);
  }
  await syncFolder(under(to, ['blobs']));
  const segments = manifestSegments(model.name);
  await makeFolders(to, segments.slice(0, -1));
  await writeAtomically(under(to, segments), model.manifest);
}
