import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Passport } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { digestOf, digestOfHex, type Digest } from '../digests.ts';
import type { SigningKeys } from '../signing/keys.ts';
import { signDetached } from '../signing/detached.ts';
import { signModel } from '../signing/model-signing.ts';
import type { SignedFile } from '../signing/statement.ts';
import { checkDiskSpace } from '../store/disk-space.ts';
import { fromFileSystem, openRegular, syncFolder } from '../store/files.ts';
import { blobSegments } from '../store/layout.ts';
import { everyLayer, mediaTypes, parseManifest, type Layer } from '../store/manifest.ts';
import { blobPath, bundleFiles, layoutContent, unsigned, writeIndex } from './layout.ts';
import { blockBytes, padded, tarHeader } from './tar.ts';

export interface BundleParts {
  readonly name: string;
  readonly manifest: Uint8Array;
  readonly passport: Passport;
  readonly keys: SigningKeys;
  /** The store's folder that holds a layer. */
  readonly place: (digest: Digest) => string;
}

interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { layer: string; done: number; total: number }) => void) | undefined;
}

const copyBytes = 1 << 20;

/** Writes an archive from front to back. */
class Archive {
  readonly #file: FileHandle;
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, from, bytes.length - from, this.#at);
      from += bytesWritten;
      this.#at += bytesWritten;
    }
  }

  async addBytes(name: string, bytes: Uint8Array): Promise<void> {
    await this.write(tarHeader(name, bytes.length));
    await this.write(bytes);
    await this.write(Buffer.alloc(padded(bytes.length) - bytes.length));
  }

  /** Hashed while it is written: a layer that is not what it should be ends the bundle. */
  async addLayer(source: FileHandle, layer: Layer, { signal, onProgress }: WriteOptions): Promise<void> {
    await this.write(tarHeader(blobPath(layer.digest), layer.size));
    const hash = createHash('sha256');
    const block = Buffer.allocUnsafe(copyBytes);
    let done = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await source.read(block, 0, Math.min(copyBytes, layer.size - done + 1), done);
      if (bytesRead === 0) break;
      done += bytesRead;
      if (done > layer.size) break;
      hash.update(block.subarray(0, bytesRead));
      await this.write(block.subarray(0, bytesRead));
      onProgress?.({ layer: layer.digest, done, total: layer.size });
    }
    if (done !== layer.size || digestOfHex(hash.digest('hex')) !== layer.digest) {
      throw new CloisterError(
        'model_changed',
        'A part of the model is not what it was. No bundle was made; check the model.',
      );
    }
    await this.write(Buffer.alloc(padded(done) - done));
  }
}

const signedAs = (name: string, bytes: Uint8Array | string): SignedFile => ({
  name,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** The small files, and what they say of the large ones. */
function compose({ name, manifest, passport, keys }: BundleParts) {
  const parsed = parseManifest(manifest);
  const layers = everyLayer(parsed).toSorted(
    (left, right) => left.size - right.size || (left.digest < right.digest ? -1 : 1),
  );
  const passportBytes = Buffer.from(JSON.stringify(passport));
  const small = [
    { digest: parsed.digest, bytes: manifest },
    { digest: digestOf(passportBytes), bytes: passportBytes },
  ];
  const { mediaType } = JSON.parse(Buffer.from(manifest).toString('utf8')) as { mediaType?: string };
  const index = writeIndex({
    name,
    manifest: { digest: parsed.digest, size: manifest.length, mediaType: mediaType ?? mediaTypes.docker },
    passport: { digest: digestOf(passportBytes), size: passportBytes.length },
  });
  const hashed = [...small, ...layers].map(({ digest }) => ({
    name: blobPath(digest),
    sha256: digest.slice('sha256:'.length),
  }));
  const files = [signedAs(bundleFiles.layout, layoutContent), signedAs(bundleFiles.index, index), ...hashed];
  const front: readonly (readonly [string, Uint8Array])[] = [
    [bundleFiles.layout, Buffer.from(layoutContent)],
    [bundleFiles.index, index],
    [bundleFiles.modelSignature, signModel(name, files, unsigned, keys.ecdsa)],
    [bundleFiles.signature, signDetached(index, keys)],
    ...small.map(({ digest, bytes }) => [blobPath(digest), bytes] as const),
  ];
  return { layers, front };
}

async function fill(
  file: FileHandle,
  { layers, front }: ReturnType<typeof compose>,
  place: BundleParts['place'],
  options: WriteOptions,
) {
  const archive = new Archive(file);
  for (const [name, bytes] of front) await archive.addBytes(name, bytes);
  for (const layer of layers) {
    const source = await openRegular(place(layer.digest), blobSegments(layer.digest));
    try {
      await archive.addLayer(source, layer, options);
    } finally {
      await source.close();
    }
  }
  await archive.write(Buffer.alloc(2 * blockBytes));
  await file.sync();
}

/**
 * Writes a model with everything that belongs to it into one file, straight from the store, every byte checked on its way. The
 * file has its name only when it is whole. `conflict` when there is one of that name already.
 */
export async function writeBundle(out: string, parts: BundleParts, options: WriteOptions = {}): Promise<void> {
  const composed = compose(parts);
  await checkDiskSpace(
    dirname(out),
    composed.layers.reduce((sum, layer) => sum + padded(layer.size) + blockBytes, 0),
  );
  await refuseExisting(out);
  const beside = join(dirname(out), `.${basename(out)}.${process.pid}.part`);
  const file = await open(beside, 'wx', 0o644);
  try {
    await fill(file, composed, parts.place, options);
    await file.close();
    await refuseExisting(out);
    await rename(beside, out);
    await syncFolder(dirname(out));
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw fromFileSystem(thrown);
  }
}

async function refuseExisting(out: string): Promise<void> {
  const existing = await open(out, 'r').catch(() => null);
  if (existing === null) return;
  await existing.close();
  throw new CloisterError('conflict', 'There is a file of that name already. Give another name, or remove it first.');
}
