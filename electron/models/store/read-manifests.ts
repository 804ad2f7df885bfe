import { lstat, readdir } from 'node:fs/promises';
import { displayName, isSafeName, type ModelName } from '../names.ts';
import { isAbsent } from './files.ts';
import { manifestSegments, under } from './layout.ts';
import { manifestBytes, parseManifest, type Manifest } from './manifest.ts';
import { createRememberingReader } from './remember.ts';

export interface StoredModel {
  readonly name: ModelName;
  readonly display: string;
  readonly manifest: Manifest;
}

const hostOfFolder = (folder: string): string => (process.platform === 'win32' ? folder.replace('%', ':') : folder);

/** Names below a folder; none when it is not there, and nothing that hides behind a leading dot. */
async function entries(root: string, segments: readonly string[], kind: 'folder' | 'file'): Promise<string[]> {
  const path = under(root, segments);
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory() !== true) return [];
  const all = await readdir(path, { withFileTypes: true });
  return all
    .filter((entry) => (kind === 'folder' ? entry.isDirectory() : entry.isFile()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

/** Every name that a manifest file stands for. Links and unsafe names are passed over. */
async function namesIn(root: string): Promise<ModelName[]> {
  const names: ModelName[] = [];
  for (const folder of await entries(root, ['manifests'], 'folder')) {
    for (const namespace of await entries(root, ['manifests', folder], 'folder')) {
      for (const model of await entries(root, ['manifests', folder, namespace], 'folder')) {
        for (const tag of await entries(root, ['manifests', folder, namespace, model], 'file')) {
          names.push({ host: hostOfFolder(folder), namespace, model, tag });
        }
      }
    }
  }
  return names.filter(isSafeName);
}

type ManifestReader = (name: ModelName) => Promise<StoredModel | null>;

/** Reads the manifest kept under a name; null when there is none. Throws when it is a link, too large or not valid. */
export function createManifestReader(root: string): ManifestReader {
  const read = createRememberingReader(root, manifestBytes, parseManifest);
  return async (name) => {
    try {
      return { name, display: displayName(name), manifest: await read(manifestSegments(name)) };
    } catch (thrown) {
      if (isAbsent(thrown)) return null;
      throw thrown;
    }
  };
}

interface StoreContents {
  readonly models: readonly StoredModel[];
  /** Names whose manifest cannot be read; for doctor. */
  readonly unreadable: readonly string[];
}

export async function readStore(root: string, readManifest = createManifestReader(root)): Promise<StoreContents> {
  const models: StoredModel[] = [];
  const unreadable: string[] = [];
  for (const name of await namesIn(root)) {
    const model = await readManifest(name).catch(() => undefined);
    if (model) models.push(model);
    else if (model === undefined) unreadable.push(displayName(name));
  }
  return { models, unreadable };
}
