import type { CacheType, Candidate, Hardware, InstalledModel, ModelFit } from '../../../shared/contract/types.ts';
import type { Policy } from '../../policy/index.ts';
import type { Catalogue } from '../catalogue/schema.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import type { Loaded } from './free.ts';
import type { Refusal } from './refusal.ts';

export interface FittingDeps {
  readonly profile: string;
  readonly policy: Pick<Policy, 'value'>;
  readonly hardware: () => Promise<Hardware>;
  /** What the engine holds in memory; nothing while it does not run. */
  readonly loaded: () => Promise<readonly Loaded[]>;
  /** How the engine keeps keys and values; half precision unless said. */
  readonly cacheType?: (() => CacheType) | undefined;
  readonly holders: () => Promise<NonNullable<Hardware['memory']['holders']>>;
  readonly catalogue: () => Promise<Catalogue>;
  readonly weights: (name: string) => Promise<WeightFacts>;
  /** Every model that is here, whether it may run or not. */
  readonly installed: () => Promise<readonly InstalledModel[]>;
}

/** With how much context a model is loaded and what must go before, or why it is not loaded. */
export type Loading =
  | { readonly fits: true; readonly contextTokens: number; readonly unload: readonly string[] }
  | { readonly fits: false; readonly refusal: Refusal };

export interface Fitting {
  recommend(given?: { vram?: number | undefined; ram?: number | undefined }): Promise<{
    hardware: Hardware;
    candidates: Candidate[];
  }>;
  /** Each model that is here, by its own header, also one that waits in quarantine. */
  installed(): Promise<Candidate[]>;
  /** Any length of context, for a model that is here or one of the catalogue. Throws `model_missing`. */
  of(name: string, contextTokens?: number): Promise<ModelFit>;
  /** The same of many, the computer asked once; those of which nothing is known are left out. */
  ofEach(names: readonly string[], contextTokens?: number): Promise<ModelFit[]>;
  /** The largest that may be loaded and is not slow; else the quickest of those that may; null when none may. */
  pick(models: readonly InstalledModel[]): Promise<InstalledModel | null>;
  /** `again`: a person asks, and may have freed what nobody can see. `most`: a context that is wanted at most; else policy's. */
  load(model: InstalledModel, again: boolean, most?: number): Promise<Loading>;
  /** Why it would not be loaded now, and what would help; null when it would be. */
  refusal(model: InstalledModel): Promise<Refusal | null>;
  /** How the engine keeps the context of what it loads next. */
  readonly cacheType: () => CacheType;
  /** For an engine of its own beside the usual one, which can be told to let go of all it holds. */
  apart(model: { name: string; digest: string }, facts: WeightFacts, contextTokens: number): Promise<Loading>;
  /** The engine ran out of memory while it loaded. Says the next shorter context to try once, or null. */
  failed(model: InstalledModel, contextTokens: number): Promise<number | null>;
  /** Learns from what the engine took: all its buffers together, bytes. */
  learn(model: InstalledModel, contextTokens: number, reported: number): Promise<boolean>;
}
