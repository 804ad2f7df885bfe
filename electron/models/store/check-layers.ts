import { codeOf } from '../../../shared/errors.ts';
import { digestOfHex, type Digest } from '../digests.ts';
import { identityOf, isAbsent, lookAtRegular, openRegular, untilSettled } from './files.ts';
import type { Hasher, Hashing } from './hasher.ts';
import { blobSegments } from './layout.ts';
import { everyLayer, type Layer, type Manifest } from './manifest.ts';

export interface LayerCheck {
  readonly digest: Digest;
  readonly ok: boolean;
  readonly bytes: number;
  readonly problem: 'missing' | 'length' | 'content' | 'not_a_file' | null;
}

/** What was hashed in this process, by digest: the identity the file had then. In memory only: a file could be edited. */
export type HashedFiles = Map<Digest, string>;

export interface CheckOptions extends Omit<Hashing, 'onBytes'> {
  /** `always` hashes on every call; `when-changed` only when the file is not the one hashed in this process. */
  readonly mode: 'always' | 'when-changed';
  readonly hashed: HashedFiles;
  readonly hash: Hasher;
  /** Bytes of this layer that are done. */
  readonly onBytes?: ((digest: Digest, done: number) => void) | undefined;
}

/** Where a layer lies: the store, or for a model that waits for approval its quarantine. */
export type Place = string | ((digest: Digest) => string);

const result = (layer: Layer, bytes: number, problem: LayerCheck['problem']): LayerCheck => ({
  digest: layer.digest,
  ok: problem === null,
  bytes,
  problem,
});

/** The very file that was hashed in this process: same place, length and times. */
function isAsHashed(root: string, layer: Layer, hashed: HashedFiles): boolean {
  const earlier = hashed.get(layer.digest);
  if (earlier === undefined) return false;
  const found = lookAtRegular(root, blobSegments(layer.digest));
  return Number(found.size) === layer.size && identityOf(found) === earlier;
}

async function checkLayer(root: string, layer: Layer, options: CheckOptions): Promise<LayerCheck> {
  const { mode, hashed, hash, signal, pace, onBytes } = options;
  if (mode === 'when-changed' && isAsHashed(root, layer, hashed)) return result(layer, layer.size, null);
  const file = await openRegular(root, blobSegments(layer.digest));
  try {
    const before = await file.stat({ bigint: true });
    const identity = identityOf(before);
    if (Number(before.size) !== layer.size) return result(layer, Number(before.size), 'length');
    hashed.delete(layer.digest);
    // What was written just now could be written again without its times showing it.
    await untilSettled(before);
    const { hex, bytes } = await hash(file, { signal, pace, onBytes: (done) => onBytes?.(layer.digest, done) });
    const still = identityOf(await file.stat({ bigint: true })) === identity;
    if (digestOfHex(hex) !== layer.digest || !still) return result(layer, bytes, 'content');
    hashed.set(layer.digest, identity);
    return result(layer, bytes, null);
  } finally {
    await file.close();
  }
}

/** One layer's result; throws only when the disk fails or on abort. */
export async function checkOne(place: Place, layer: Layer, options: CheckOptions): Promise<LayerCheck> {
  try {
    return await checkLayer(typeof place === 'string' ? place : place(layer.digest), layer, options);
  } catch (thrown) {
    if (isAbsent(thrown)) return result(layer, 0, 'missing');
    if (codeOf(thrown) === 'model_changed') return result(layer, 0, 'not_a_file');
    throw thrown;
  }
}

/** Hashes every layer, the template and the parameters as well as the weights. */
export async function checkLayers(place: Place, manifest: Manifest, options: CheckOptions): Promise<LayerCheck[]> {
  return Promise.all(everyLayer(manifest).map((layer) => checkOne(place, layer, options)));
}
