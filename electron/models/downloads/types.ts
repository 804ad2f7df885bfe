import type { Download, InstalledModel } from '../../../shared/contract/types.ts';
import type { ModelActor } from '../passports/types.ts';
import type { PullProgress } from '../types.ts';

export interface DownloadOptions {
  /** Another registry for this download: `https://host[:port]`, or plain HTTP on loopback. */
  readonly from?: string | undefined;
  /** Who asks, for the passport. */
  readonly by?: ModelActor | undefined;
  /** How long the registry may take to answer at all. Milliseconds; 15 s unless said. */
  readonly patience?: number | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

/** Brings models from registries, two at a time; the others wait. What came is kept until it is cancelled or installed. */
export interface Downloads {
  /**
   * Begins, or goes on with what came of this name before. Throws `bad_request`, `forbidden`, and `busy` while the same
   * name is under way.
   */
  start(name: string, options?: DownloadOptions): Promise<{ id: string }>;
  /** The model, once it is installed. Rejects when the download fails, and with `cancelled` when it is paused or cancelled. */
  finished(id: string): Promise<InstalledModel>;
  /** Also what an earlier run left: paused. Done ones stay until the program ends. */
  list(): Promise<Download[]>;
  /** Keeps what came. Resolves when nothing of it runs any more. Throws `not_found`. */
  pause(id: string): Promise<void>;
  /** Does nothing when it runs. Throws `not_found`, `forbidden`. */
  resume(id: string, by?: ModelActor): Promise<void>;
  /** Removes what came; of one that is done, its line. Throws `not_found`. */
  cancel(id: string): Promise<void>;
  /** News of one download, a few times a second at most while it runs. */
  onChange(listener: (download: Download) => void): () => void;
  /** Pauses everything. */
  close(): Promise<void>;
}
