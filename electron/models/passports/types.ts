import type {
  InstalledModel,
  LayerRole,
  ModelPublisher,
  ModelSource,
  Passport,
} from '../../../shared/contract/types.ts';
import type { EvaluationResult } from '../evaluation/types.ts';
import type { LayerCheck } from '../store/check-layers.ts';
import type { Arrived } from '../store/promote.ts';
import type { Verification } from '../types.ts';

/** What the manifest, the weights' header and the small layers say of a version; read when it arrives and kept. */
export interface VersionFacts {
  readonly size: number;
  readonly kind: InstalledModel['kind'];
  readonly licence: { readonly name: string | null; readonly text: string | null };
  readonly architecture: string | null;
  readonly parameters: number | null;
  readonly quantization: string | null;
  readonly context: number | null;
  /** `text` is bounded; the hash is of the whole. */
  readonly template: { readonly sha256: string; readonly text: string } | null;
  readonly layers: readonly {
    readonly role: LayerRole;
    readonly mediaType: string;
    readonly digest: string;
    readonly size: number;
  }[];
}

/** Who asks, for the passport and the record. */
export interface ModelActor {
  readonly subject: string;
  readonly session: string;
  readonly origin: 'page' | 'cli' | 'gateway' | 'system';
}

/** A model whose layers lie in the store's `incoming` folder (or in the store already). */
export interface Arrival {
  readonly name: string;
  readonly manifest: Uint8Array;
  readonly arrived: readonly Arrived[];
  readonly source: Omit<ModelSource, 'at'>;
  /** Of a signed bundle, once checked; null: not signed. */
  readonly signature?: ModelPublisher['signature'];
  /** Set-up obtained it, which the person ran. */
  readonly bySetUp?: boolean;
  /** How long hashing and checking took before it came here, as far as nothing else went on meanwhile. Milliseconds. */
  readonly checkMs?: number;
}

export interface VerifyProgress {
  readonly name: string;
  /** Bytes of this model. */
  readonly done: number;
  readonly total: number;
}

/** What `models verify` prints of one model. */
export interface VerifiedModel {
  readonly name: string;
  readonly ok: boolean;
  readonly problem: string | null;
  readonly layers: readonly LayerCheck[];
}

/**
 * Which models may run: the one place where that is decided. Every change is an entry in the record. Reading works without a
 * vault (everything but the pinned embedder is then quarantined); deciding throws `locked`.
 */
export interface Passports {
  /** Of the version that waits for approval, else of the one that is installed. Throws `model_missing`. */
  passport(name: string): Promise<Passport>;
  /** Takes a new model into quarantine, every layer checked, and approves it where policy lets the asking itself do so. */
  admit(arrival: Arrival, actor: ModelActor): Promise<InstalledModel>;
  /** `digest`: the version that was shown; `conflict` when another one waits now. */
  approve(
    name: string,
    actor: ModelActor,
    options?: { digest?: string | undefined; reason?: string | undefined },
  ): Promise<Passport>;
  block(name: string, reason: string, actor: ModelActor): Promise<Passport>;
  /** Deletes the files. Answers with the passport as it was. */
  remove(name: string, actor: ModelActor): Promise<Passport>;
  /** Puts the version back that ran before. `conflict` when there is none, or its files are gone. */
  rollback(name: string, actor: ModelActor): Promise<Passport>;
  /** Hashes every byte of one model or of all, whatever was hashed before. */
  verify(
    name: string | null,
    options?: {
      signal?: AbortSignal | undefined;
      onProgress?: ((progress: VerifyProgress) => void) | undefined;
    },
  ): Promise<VerifiedModel[]>;
  /** The same of one model; `pace` is waited for before each few megabytes. */
  verifyOne(
    name: string,
    options?: {
      signal?: AbortSignal | undefined;
      onProgress?: ((progress: VerifyProgress) => void) | undefined;
      pace?: (() => Promise<void>) | undefined;
    },
  ): Promise<VerifiedModel>;
  /**
   * Which version of a name is tried: the one that waits, else the one that runs; `running`: that one in any case. Throws
   * `locked`, `vault_absent`, `model_missing`, and `model_blocked` of one that nobody may run at all.
   */
  toTry(name: string, running: boolean): Promise<{ name: string; digest: string; which: 'live' | 'waiting' }>;
  /** Keeps what came of it in the passport, which it answers with. */
  evaluated(name: string, digest: string, evaluation: EvaluationResult, actor: ModelActor): Promise<Passport>;
  /** What was approved is not what it was: it is quarantined, recorded and told. */
  foundChanged(name: string, problem: 'changed' | 'manifest'): Promise<void>;
  /** Its files were hashed: kept among its verifications. */
  verified(found: Verification, milliseconds: number): Promise<void>;
  /** Names that were found changed since the unlock and that nobody approved again. */
  changed(): readonly string[];
  /** Its files were moved or written while the engine loaded it: kept among its verifications. */
  touched(name: string): Promise<void>;
  /** After an unlock: reads what was decided, and takes what nobody approved out of the engine's sight. */
  open(): Promise<void>;
  /** After a lock: knows nothing any more. */
  close(): void;
}
