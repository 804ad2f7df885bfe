import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { checkLayer, openBundle, takeLayer, type OpenedBundle } from '../bundle/read-bundle.ts';
import { checkArrival } from '../check/check-arrival.ts';
import type { ModelChecker } from '../check/create-checker.ts';
import type { CheckNote } from '../check/types.ts';
import type { Digest } from '../digests.ts';
import { displayName, parseName } from '../names.ts';
import { isAbsent } from '../store/files.ts';
import { everyLayer, parseManifest, type Layer } from '../store/manifest.ts';
import { incomingName, type Arrived } from '../store/promote.ts';
import type { Arrival } from '../passports/types.ts';
import type { ModelStore, PullProgress } from '../types.ts';
import { copyIn } from './copy-in.ts';
import { manifestAround } from './gguf-manifest.ts';
import { kindOf } from './kind.ts';
import { importName } from './name.ts';
import { signatureBeside, type VerifiedSignature } from './signature-beside.ts';

type Publishers = readonly { readonly key?: string | undefined }[];

export interface ImportDeps {
  readonly store: Pick<ModelStore, 'incoming' | 'place' | 'prepare' | 'holds'>;
  readonly checker: ModelChecker;
  /** Whose keys policy lists: SHA-256 of each. */
  readonly publishers: () => Promise<Publishers>;
  readonly admit: (arrival: Arrival) => Promise<InstalledModel>;
}

export interface ImportOptions {
  readonly name?: string | undefined;
  /** What the file is called where it came from, when its path says something else. */
  readonly fileName?: string | undefined;
  /** The publisher's public key: a signature beside the file is verified with it. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the file is, and its length. */
  readonly onOpened?: ((kind: 'file' | 'bundle', size: number) => void) | undefined;
  /** The last byte is copied and hashed. */
  readonly onCopied?: (() => void) | undefined;
  /** What a sound file is worth a word about. */
  readonly onNote?: ((note: CheckNote) => void) | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

async function openGiven(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((thrown: unknown) => {
    throw isAbsent(thrown) ? new CloisterError('not_found', `There is no file ${basename(path)}.`) : thrown;
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new CloisterError('unsupported_type', 'That is a folder or a device. Give a GGUF file or a bundle.');
}

/** Brings a GGUF file or a bundle into quarantine: copied, hashed, checked; then it is admitted or waits. */
export async function importModel(deps: ImportDeps, path: string, options: ImportOptions): Promise<InstalledModel> {
  if (options.name !== undefined) parseName(options.name);
  const file = await openGiven(path);
  try {
    const kind = (await kindOf(file)) === 'gguf' ? 'file' : 'bundle';
    options.onOpened?.(kind, (await file.stat()).size);
    return kind === 'file'
      ? await importGguf(deps, file, path, options)
      : await importBundle(deps, file, path, options);
  } catch (thrown) {
    if (options.signal?.aborted !== true) throw thrown;
    throw new CloisterError('cancelled', 'The import was stopped. Nothing was installed.');
  } finally {
    await file.close();
  }
}

/** Takes away what came of a model that is not installed. */
async function withoutRemains<Value>(incoming: string, came: Set<Digest>, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    for (const digest of came) await rm(join(incoming, incomingName(digest)), { force: true });
    throw thrown;
  }
}

async function importGguf(
  deps: ImportDeps,
  file: FileHandle,
  path: string,
  options: ImportOptions,
): Promise<InstalledModel> {
  const { store, checker } = deps;
  const { signal, onProgress } = options;
  // Refused before gigabytes are copied; what counts is the check of the copy, for this file may still change.
  await checker.checkWeights(file, signal);
  const { size } = await file.stat();
  await store.prepare(size);
  const came = new Set<Digest>();
  const started = performance.now();
  return withoutRemains(store.incoming, came, async () => {
    const copy = await copyIn(store.incoming, file, path, {
      signal,
      onBytes: (done) => onProgress?.({ layer: 'weights', done, total: size }),
    });
    came.add(copy.digest);
    onProgress?.({ layer: copy.digest, done: copy.size, total: copy.size });
    options.onCopied?.();
    const weights = await checker.checkWeights(join(store.incoming, incomingName(copy.digest)), signal);
    for (const note of weights.notes) options.onNote?.(note);
    const signature = await signatureBeside(path, copy.digest, options.key);
    const { manifest, arrived } = await manifestAround(store.incoming, copy, weights);
    for (const { digest } of arrived) came.add(digest);
    return deps.admit({
      name: importName(options.name, weights.name, options.fileName ?? path),
      manifest,
      arrived,
      source: { kind: 'file', address: basename(options.fileName ?? path) },
      signature,
      checkMs: performance.now() - started,
    });
  });
}

/** The key that policy lists before one that it does not: a bundle has two signatures, and a passport shows one. */
function shownSignature(keys: OpenedBundle['keys'], publishers: Publishers): VerifiedSignature | null {
  const shown = keys.find(({ key }) => publishers.some((each) => each.key === key)) ?? keys[0];
  return shown === undefined ? null : { ...shown, ok: true };
}

async function importBundle(
  deps: ImportDeps,
  file: FileHandle,
  path: string,
  options: ImportOptions,
): Promise<InstalledModel> {
  const { store } = deps;
  if (options.key !== undefined)
    throw new CloisterError(
      'bad_request',
      'A bundle carries its own keys. Give a key only with a GGUF file and the signature beside it.',
    );
  const bundle = await openBundle(file);
  const missing: Layer[] = [];
  for (const layer of everyLayer(bundle.manifest)) if (!(await store.holds(layer))) missing.push(layer);
  await store.prepare(missing.reduce((sum, layer) => sum + layer.size, 0));
  const came = new Set<Digest>();
  const started = performance.now();
  return withoutRemains(store.incoming, came, async () => {
    const arrived: Arrived[] = [];
    for (const layer of everyLayer(bundle.manifest)) {
      const onBytes = (done: number): void => options.onProgress?.({ layer: layer.digest, done, total: layer.size });
      const take = { signal: options.signal, onBytes };
      if (missing.includes(layer)) {
        came.add(layer.digest);
        arrived.push(await takeLayer(file, bundle, layer, store.incoming, take));
      } else await checkLayer(file, bundle, layer, take);
    }
    options.onCopied?.();
    await checkArrival(deps.checker, store, parseManifest(bundle.manifestBytes), options.signal);
    return deps.admit({
      name: options.name === undefined ? bundle.index.name : displayName(parseName(options.name)),
      manifest: bundle.manifestBytes,
      arrived,
      source: { kind: 'bundle', address: basename(options.fileName ?? path) },
      signature: shownSignature(bundle.keys, await deps.publishers()),
      checkMs: performance.now() - started,
    });
  });
}
