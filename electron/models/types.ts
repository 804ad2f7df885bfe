import type { InstalledModel } from '../../shared/contract/types.ts';
import type { Fitting } from './fit/create-fitting.ts';
import type { Carry } from './create-carry.ts';
import type { ShownFile } from '../engine/types.ts';
import type { Evaluation, EvaluationProgress, StartTrial } from './evaluation/types.ts';
import type { WeightFacts } from './gguf/facts.ts';
import type { Digest } from './digests.ts';
import type { Downloads } from './downloads/types.ts';
import type { ModelActor, Passports } from './passports/types.ts';
import type { Publishers } from './publishers/types.ts';
import type { LayerCheck } from './store/check-layers.ts';
import type { Layer, Manifest } from './store/manifest.ts';
import type { Arrived } from './store/promote.ts';

export type { Arrived, EvaluationProgress, Fitting, StartTrial, WeightFacts };

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

/** What was decided about a manifest under a name. */
export interface Standing {
  readonly state: InstalledModel['state'];
  readonly reason: string | null;
  /** Another manifest is the approved one under this name: in the engine's sight this one is an intruder. */
  readonly isOther?: boolean;
}

/** How a check is run. */
export interface CheckRun {
  readonly signal?: AbortSignal | undefined;
  /** Policy decides unless said. */
  readonly mode?: 'always' | 'when-changed' | undefined;
  /** Waited for before each few megabytes. */
  readonly pace?: (() => Promise<void>) | undefined;
  readonly onBytes?: ((digest: Digest, done: number) => void) | undefined;
}

/** One version of a model, for an engine of its own that sees these files alone. */
export interface TryOut {
  readonly name: string;
  /** SHA-256 of the manifest. */
  readonly digest: string;
  readonly facts: WeightFacts;
  /** Of all layers. */
  readonly bytes: number;
  /** Where most of them lie. */
  readonly folder: string;
  readonly files: readonly ShownFile[];
  /** Before the load: every byte, whatever policy says. Throws `model_changed`. */
  verify(run: Pick<CheckRun, 'signal' | 'onBytes'>): Promise<void>;
  /** After it: the same files, and nobody moved one. Throws `model_changed`, or `busy` when we changed the store ourselves. */
  confirm(): void;
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
   * Before a load. Hashes every layer; by policy only what was not hashed in this process or changed since. `model_blocked`
   * when it is not approved, `model_changed` when a byte differs (the model then leaves the engine's sight for good),
   * `model_missing` when a layer is gone, `unsupported_type` when the weights are malformed.
   */
  verify(name: string, signal?: AbortSignal): Promise<{ digest: string }>;
  /**
   * After the load, before a word of the answer is shown: the files are the very ones that `verify` checked and none was moved
   * meanwhile. `model_changed` otherwise: what the engine read is then unknown, and it must let the model go.
   */
  confirm(name: string): Promise<void>;
  /** What an engine of its own is shown, also of a model that nobody approved. Throws `model_missing`, `model_changed`. */
  tryOut(name: string, which: 'live' | 'waiting'): Promise<TryOut>;
  /** A check with each layer's result, also of a model in quarantine. Throws only when the model is not there. */
  check(name: string, run?: CheckRun): Promise<Verification>;
  /** The manifest's bytes, if it is still the one that was installed. */
  manifest(name: string): Promise<Uint8Array>;
  /** Every byte of the layers of a manifest, wherever they lie. */
  checkVersion(manifest: Manifest): Promise<readonly LayerCheck[]>;
  /** Facts from the weights' own header. */
  weights(name: string): Promise<WeightFacts>;
  /** What the model's own tokenizer takes for control tokens; the same array while the file stays the same. */
  controlTokens(name: string): Promise<readonly string[]>;
  /** Makes the folders and refuses with `disk_full` when `bytes` more do not fit. */
  prepare(bytes: number): Promise<void>;
  /** True when the store has this layer, by its content. */
  holds(layer: Layer): Promise<boolean>;
  /** Puts a model whose layers lie in `incoming` into quarantine: checked, synced, manifest last. */
  hold(name: string, manifest: Uint8Array, arrived: readonly Arrived[]): Promise<void>;
  /** Puts a manifest alone into quarantine: the approved one, where another stood in its place. */
  keep(name: string, manifest: Uint8Array): Promise<void>;
  /** Puts a manifest whose layers lie in quarantine or in the store into the engine's sight. */
  release(name: string, manifest: Uint8Array): Promise<void>;
  /** Another manifest stood in its place: the next check says so, once. */
  doubt(name: string): Promise<void>;
  /** Takes a model with all that only it needs out of the engine's sight. */
  withdraw(name: string): Promise<void>;
  /** Deletes a name with these layers; `kept`: digests that are needed elsewhere. */
  discard(name: string, layers: readonly Digest[], kept: ReadonlySet<string>): Promise<void>;
  /** The manifests of a name in the engine's sight and in quarantine. */
  versions(name: string): Promise<{ live: Manifest | null; waiting: Manifest | null }>;
  /** The bytes of one of them. */
  bytesOf(name: string, which: 'live' | 'waiting'): Promise<Uint8Array>;
  /** The folder that holds a layer. */
  readonly place: (digest: Digest) => string;
  /**
   * Puts layers that lie in `incoming` straight into the engine's sight: checked, synced, manifest last. For what needs no
   * approval: the pinned embedder, and the cache that set-up fills. Everything else goes through `Passports.admit`.
   */
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
  /** Who asks, for the passport; the program itself unless said. */
  readonly by?: ModelActor | undefined;
  /** How long the registry may take to answer at all. Milliseconds; 15 s unless said. */
  readonly patience?: number | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

export interface Models extends Carry {
  readonly store: ModelStore;
  /** Models on their way in. */
  readonly downloads: Downloads;
  /** Which models may run, and why. */
  readonly passports: Passports;
  /** Whose models need no second look, and who says so. */
  readonly publishers: Publishers;
  /** Tells when which models may run has changed. */
  onChange(listener: () => void): () => void;
  /** After a load, before a word of the answer is shown: `store.confirm`, and what does not hold leaves the engine's memory. */
  confirmLoad(name: string): Promise<void>;
  /** The model that turns text into vectors, when one is installed. */
  embeddingModel(): Promise<InstalledModel | null>;
  /** The same, taken from the machine's cache when the profile has none; null when set-up has not obtained it yet. */
  installEmbedder(): Promise<InstalledModel | null>;
  /** The chat model to use when the person named none, or null. */
  defaultChatModel(): Promise<InstalledModel | null>;
  /** Downloads through the egress broker into quarantine, checks, promotes. A second call continues where the first stopped. */
  pull(name: string, options?: PullOptions): Promise<InstalledModel>;
  /** Tries a model before it is approved. */
  readonly evaluation: Evaluation;
  /** What fits this computer, and how a model is loaded. */
  readonly fitting: Fitting;
}
