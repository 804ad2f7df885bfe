import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** What an engine starts or loads besides its binary. */
interface Companion {
  /** Relative to the folder of libraries, with forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'link';
}

/** The folders in which Ollama looks for `llama-server` (ml/path.go), best first. */
function libraryFolders(binary: string, platform: NodeJS.Platform): string[] {
  const beside = join(dirname(binary), 'lib', 'ollama');
  const above = join(dirname(binary), '..', 'lib', 'ollama');
  return platform === 'linux' ? [above, beside] : [beside, above];
}

/** The release for macOS also puts the runner and its libraries right beside the binary, where other programs may lie. */
const besideOnMacos = /^llama-[\w-]+$|\.(?:dylib|so|metallib)$/;

const kindOf = (entry: Dirent): Companion['kind'] | null => {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : null;
};

async function list(folder: string, recursive: boolean): Promise<Companion[]> {
  const entries = await readdir(folder, { recursive, withFileTypes: true });
  return entries.flatMap((entry) => {
    const kind = kindOf(entry);
    const path = join(entry.parentPath, entry.name);
    return kind === null ? [] : [{ name: relative(folder, path).split(sep).join('/'), path, kind }];
  });
}

async function listFirst(folders: readonly string[]): Promise<Companion[]> {
  for (const folder of folders) {
    const found = await list(folder, true).catch(() => null);
    if (found !== null) return found;
  }
  return [];
}

export async function listCompanions(
  binary: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Companion[]> {
  const libraries = await listFirst(libraryFolders(binary, platform));
  if (platform !== 'darwin') return libraries;
  const siblings = (await list(dirname(binary), false)).filter((each) => besideOnMacos.test(each.name));
  return [...libraries, ...siblings.map((each) => ({ ...each, name: `beside/${each.name}` }))];
}
