import type { InstalledModel } from '../../../shared/contract/types.ts';
import type { ModelActor } from '../passports/types.ts';
import type { PullProgress } from '../types.ts';
import type { OneDownload } from './one-download.ts';

export interface Running {
  readonly controller: AbortController;
  /** Ends when nothing of the download runs any more. Never rejects. */
  readonly ended: Promise<void>;
}

/** One download of the list, with what runs of it. */
export interface Entry {
  readonly download: OneDownload;
  patience: number | undefined;
  by: ModelActor | undefined;
  onProgress: ((progress: PullProgress) => void) | undefined;
  running: Running | null;
  result: PromiseWithResolvers<InstalledModel>;
}

export const isActive = ({ download }: Entry): boolean => ['queued', 'running', 'checking'].includes(download.state);

/** A result that nobody waits for is no unhandled rejection. */
export function createResult(): PromiseWithResolvers<InstalledModel> {
  const result = Promise.withResolvers<InstalledModel>();
  result.promise.catch(() => undefined);
  return result;
}
