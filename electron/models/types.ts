import type { InstalledModel } from '../../shared/contract/types.ts';
import type { Fitting } from './fit/create-fitting.ts';
import type { WeightFacts } from './gguf/facts.ts';
import type { LayerCheck } from './store/check-layers.ts';
import type { Layer } from './store/manifest.ts';
import type { Arrived } from './store/promote.ts';

export type { Arrived, Fitting, WeightFacts };

/** What a full check of one model found. `problem` of a layer: missing, length, content, not_a_file. */
export interface Verification {
  readonly name: string;
  /** SHA-256 of the manifest. */
  readonly digest: string;
  readonly ok: boolean;
  /** `manifest`: another manifest stands under this name than the one that was installed. */
  readonly problem: 'changed' | 'missing' | 'manifest' | null;
  readonly layers: readonly LayerCheck[];
}

/** Ollama's own layout, read-only for the engine: `blobs/sha256-<hex>`, `manifests/<host>/<namespace>/<name>/<tag>`. */
export interface ModelStore {
  /** What the engine sees. */
  readonly directory: string;
  /** What it never sees: parts on their way in, and models found changed. */
  readonly quarantine: string;
  /** Where layers are written before they are promoted, on the store's file system. */
  readonly incoming: string;
  list(): Promise<InstalledModel[]>;
  /** Full name with tag (`all-minilm:latest`) or null. */
  find(name: string): Promise<InstalledModel | null>;
  /**
   * Hashes every layer unless it was hashed in this process and is unchanged. `model_changed` when one differs (the model then
   * leaves the engine's sight for good), `model_missing` when one is gone, `unsupported_type` when the weights are malformed.
   */
  verify(name: string, signal?: AbortSignal): Promise<{ digest: string }>;
  /** The same check with each layer's result, for `models verify`. Throws only when the model is not there. */
  check(name: string, signal?: AbortSignal): Promise<Verification>;
  /** The manifest's bytes, if it is still the one that was installed. */
  manifest(name: string): Promise<Uint8Array>;
  /** Facts from the weights' own header. */
  weights(name: string): Promise<WeightFacts>;
  /** What the model's own tokenizer takes for control tokens; the same array while the file stays the same. */
  controlTokens(name: string): Promise<readonly string[]>;
  /** Makes the folders and refuses with `disk_full` when `bytes` more do not fit. */
  prepare(bytes: number): Promise<void>;
  /** True when the store has this layer, by its content. */
  holds(layer: Layer): Promise<boolean>;
  /** Promotes layers that lie in `incoming`: checked, synced, manifest last. */
  install(name: string, manifest: Uint8Array, arrived: readonly Arrived[]): Promise<InstalledModel>;
  /** Names whose manifest cannot be read; for doctor. */
  unreadable(): Promise<readonly string[]>;
}

export interface PullProgress {
  /** Digest of the layer, or `manifest`. */
  readonly layer: string;
  readonly done: number;
  readonly total: number;
}

export interface PullOptions {
  /** Another registry for this pull: `https://host[:port]`, or plain HTTP on loopback. */
  readonly from?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long the registry may take to answer at all. Milliseconds; 15 s unless said. */
  readonly patience?: number | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

export interface Models {
  readonly store: ModelStore;
  /** The model that turns text into vectors, when one is installed. */
  embeddingModel(): Promise<InstalledModel | null>;
  /** The same, taken from the machine's cache when the profile has none; null when set-up has not obtained it yet. */
  installEmbedder(): Promise<InstalledModel | null>;
  /** The chat model to use when the person named none, or null. */
  defaultChatModel(): Promise<InstalledModel | null>;
  /** Downloads through the egress broker into quarantine, checks, promotes. A second call continues where the first stopped. */
  pull(name: string, options?: PullOptions): Promise<InstalledModel>;
  /** What fits this computer, and how a model is loaded. */
  readonly fitting: Fitting;
}
