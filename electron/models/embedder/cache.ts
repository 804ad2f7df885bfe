import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createModelStore } from '../store/create-store.ts';
import type { ModelStore } from '../types.ts';

/** `$XDG_CACHE_HOME/cloister` or the platform's own cache folder: made once per machine, shared by all profiles. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment['XDG_CACHE_HOME'];
  if (given !== undefined && isAbsolute(given)) return join(given, 'cloister');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'cloister');
  if (process.platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'cloister', 'cache');
  }
  return join(homedir(), '.cache', 'cloister');
}

/** The cache is a store like any other (`models/`, `models.json`, `quarantine/`), so the same checks hold for it. */
export const openCache = (folder: string = cacheFolder()): ModelStore =>
  createModelStore({ profile: folder, verification: () => 'when-changed' });
