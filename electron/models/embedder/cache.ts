import { defaultCache } from '../../folders.ts';
import { createModelStore } from '../store/create-store.ts';
import type { ModelStore } from '../types.ts';

/** Where set-up keeps what every profile of the person gets a copy of. */
export const cacheFolder = defaultCache;

/** The cache is a store like any other (`models/`, `models.json`, `quarantine/`), so the same checks hold for it. No engine reads it, so nothing in it is
 * approved or not. */
export const openCache = (folder: string = cacheFolder()): ModelStore =>
  createModelStore({
    profile: folder,
    verification: () => 'when-changed',
    standing: () => ({ state: 'approved', reason: null }),
  });
