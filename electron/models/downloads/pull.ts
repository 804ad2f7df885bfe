import type { InstalledModel } from '../../../shared/contract/types.ts';
import type { PullOptions } from '../types.ts';
import { stopped } from './one-download.ts';
import type { Downloads } from './types.ts';

/** A download that somebody waits for. The signal pauses it: what came is kept, and the next pull of the name goes on. */
export async function pull(
  downloads: Downloads,
  name: string,
  { signal, ...options }: PullOptions,
): Promise<InstalledModel> {
  if (signal?.aborted === true) throw stopped();
  const { id } = await downloads.start(name, options);
  const stop = (): void => void downloads.pause(id).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await downloads.finished(id);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
