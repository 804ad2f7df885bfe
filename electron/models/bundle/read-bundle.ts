import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, digestOfHex, type Digest } from '../digests.ts';
import { verifyDetached } from '../signing/detached.ts';
import { fingerprint } from '../signing/keys.ts';
import { agree, verifyModelSignature } from '../signing/model-signing.ts';
import { fromFileSystem, identityOf } from '../store/files.ts';
import { everyLayer, parseManifest, type Layer, type Manifest } from '../store/manifest.ts';
import { incomingName, type Arrived } from '../store/promote.ts';
import {
  blobPath,
  bundleFiles,
  layoutContent,
  mostEntries,
  parseIndex,
  smallBytes,
  type BundleIndex,
} from './layout.ts';
import { notABundle } from './problems.ts';
import { readTable, type TarEntry } from './tar.ts';

/** What a bundle says of itself, once its list holds and its signatures do. The layers are not read yet. */
export interface OpenedBundle {
  readonly index: BundleIndex;
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  /** SHA-256 of the keys whose signatures hold, the Ed25519 one first; empty: nobody signed it. */
  readonly keys: readonly { readonly method: 'ed25519' | 'model-signing'; readonly key: string }[];
  readonly entries: ReadonlyMap<string, TarEntry>;
}

const folders: ReadonlySet<string> = new Set(['./', 'blobs/', 'blobs/sha256/']);
const known: ReadonlySet<string> = new Set(Object.values(bundleFiles));
const blob = /^blobs\/sha256\/[0-9a-f]{64}$/;

/** Programs that pack the folder `.` put `./` in front; nothing else may stand before a name. */
const plainName = (name: string): string => (name === './' ? name : name.replace(/^\.\//, ''));

async function entriesOf(file: FileHandle): Promise<Map<string, TarEntry>> {
  const entries = new Map<string, TarEntry>();
  for (const entry of await readTable(file, mostEntries)) {
    const name = plainName(entry.name);
    if (entry.isFolder) {
      if (!folders.has(name.endsWith('/') ? name : `${name}/`)) throw notABundle('bundle_path');
      continue;
    }
    if (!known.has(name) && !blob.test(name)) throw notABundle('bundle_path');
    if (entries.has(name)) throw notABundle('bundle_twice');
    entries.set(name, entry);
  }
  return entries;
}

async function readSmall(file: FileHandle, entry: TarEntry | undefined): Promise<Buffer> {
  if (entry === undefined) throw notABundle('bundle_missing');
  if (entry.size > smallBytes) throw notABundle('bundle_index');
  const bytes = Buffer.alloc(entry.size);
  const { bytesRead } = await file.read(bytes, 0, entry.size, entry.start);
  if (bytesRead < entry.size) throw notABundle('bundle_cut');
  return bytes;
}

async function readBlob(
  file: FileHandle,
  entries: ReadonlyMap<string, TarEntry>,
  wanted: { digest: Digest; size: number },
) {
  const entry = entries.get(blobPath(wanted.digest));
  if (entry !== undefined && entry.size !== wanted.size) throw notABundle('bundle_content');
  const bytes = await readSmall(file, entry);
  if (digestOf(bytes) !== wanted.digest) throw notABundle('bundle_content');
  return bytes;
}

/** Exactly the parts that the index and the manifest name, each of the length they say. */
function checkParts(entries: ReadonlyMap<string, TarEntry>, index: BundleIndex, manifest: Manifest): void {
  const parts = [index.manifest, ...(index.passport === null ? [] : [index.passport]), ...everyLayer(manifest)];
  const named = new Map(parts.map((part) => [blobPath(part.digest), part.size]));
  for (const [name, size] of named) {
    const entry = entries.get(name);
    if (entry === undefined) throw notABundle('bundle_missing');
    if (entry.size !== size) throw notABundle('bundle_content');
  }
  for (const name of entries.keys()) if (blob.test(name) && !named.has(name)) throw notABundle('bundle_extra');
}

async function verifySignatures(
  file: FileHandle,
  entries: ReadonlyMap<string, TarEntry>,
  index: Buffer,
): Promise<OpenedBundle['keys']> {
  const [own, openssf] = [entries.get(bundleFiles.signature), entries.get(bundleFiles.modelSignature)];
  if (own === undefined) {
    // Without our own signature nobody says with which key the other is to be checked.
    return [];
  }
  const { ed25519, ecdsa } = verifyDetached(index, await readSmall(file, own));
  const first = { method: 'ed25519', key: fingerprint(ed25519) } as const;
  if (openssf === undefined || ecdsa === null) return [first];
  const signed = verifyModelSignature(await readSmall(file, openssf), ecdsa);
  const found = [...entries.keys()].flatMap((name) => {
    if (blob.test(name)) return [{ name, sha256: name.slice('blobs/sha256/'.length) }];
    if (name === bundleFiles.index) return [{ name, sha256: createHash('sha256').update(index).digest('hex') }];
    if (name === bundleFiles.layout)
      return [{ name, sha256: createHash('sha256').update(layoutContent).digest('hex') }];
    return [];
  });
  agree(signed, found);
  return [first, { method: 'model-signing', key: fingerprint(ecdsa) }];
}

/** Reads the table, the index, the manifest and the signatures of a bundle. Throws `unsupported_type` or `model_changed`. */
export async function openBundle(file: FileHandle): Promise<OpenedBundle> {
  const entries = await entriesOf(file);
  const layout = await readSmall(file, entries.get(bundleFiles.layout));
  if (layout.toString('utf8') !== layoutContent) throw notABundle('bundle_index');
  const indexBytes = await readSmall(file, entries.get(bundleFiles.index));
  const index = parseIndex(indexBytes);
  const keys = await verifySignatures(file, entries, indexBytes);
  const manifestBytes = await readBlob(file, entries, index.manifest);
  const manifest = parseManifest(manifestBytes);
  if (index.passport !== null) await readBlob(file, entries, index.passport);
  checkParts(entries, index, manifest);
  return { index, manifest, manifestBytes, keys, entries };
}

/** Hashes a layer that the store has already: a bundle is taken whole or not at all. */
export async function checkLayer(
  file: FileHandle,
  { entries }: OpenedBundle,
  layer: Layer,
  options: TakeOptions,
): Promise<void> {
  const entry = entries.get(blobPath(layer.digest));
  if (entry === undefined) throw notABundle('bundle_missing');
  const hash = createHash('sha256');
  await copy(file, entry, null, hash, options);
  if (digestOfHex(hash.digest('hex')) !== layer.digest) throw notABundle('bundle_content');
}

const copyBytes = 1 << 20;

interface TakeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (done: number) => void;
}

/** Copies one layer into `incoming`, hashed on its way; what is not what its name says is removed at once. */
export async function takeLayer(
  file: FileHandle,
  { entries }: OpenedBundle,
  layer: Layer,
  incoming: string,
  options: TakeOptions,
): Promise<Arrived> {
  const entry = entries.get(blobPath(layer.digest));
  if (entry === undefined) throw notABundle('bundle_missing');
  const path = join(incoming, incomingName(layer.digest));
  const into = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
  try {
    const hash = createHash('sha256');
    await copy(file, entry, into, hash, options);
    if (digestOfHex(hash.digest('hex')) !== layer.digest) throw notABundle('bundle_content');
    await into.sync();
    return { digest: layer.digest, identity: identityOf(await into.stat({ bigint: true })) };
  } catch (thrown) {
    await rm(path, { force: true });
    throw fromFileSystem(thrown);
  } finally {
    await into.close();
  }
}

async function copy(
  file: FileHandle,
  entry: TarEntry,
  into: FileHandle | null,
  hash: Hash,
  { signal, onBytes }: TakeOptions,
): Promise<void> {
  const block = Buffer.allocUnsafe(copyBytes);
  for (let done = 0; done < entry.size;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(block, 0, Math.min(copyBytes, entry.size - done), entry.start + done);
    if (bytesRead === 0) throw notABundle('bundle_cut');
    const piece = block.subarray(0, bytesRead);
    hash.update(piece);
    await into?.writev([piece], done);
    done += bytesRead;
    onBytes(done);
  }
}
