import type { AuditLog } from '../audit/types.ts';
import type { DatabaseClient } from '../vault/types.ts';
import type { ModelsOperations } from './database.ts';
import type { EvaluationSet } from './evaluation/set.ts';
import { createPassports } from './passports/create-passports.ts';
import { createStandings } from './passports/standings.ts';
import type { Passports } from './passports/types.ts';
import { createPublishers, type PublishersPolicy } from './publishers/create-publishers.ts';
import { createListShelf } from './publishers/shelf.ts';
import type { Publishers } from './publishers/types.ts';
import { createModelStore } from './store/create-store.ts';
import { createHasher, hashHere, type Hasher } from './store/hasher.ts';
import type { Models, ModelStore } from './types.ts';

/** What the models room needs of the others to know what may run. */
export interface TrustDeps {
  /** Null: there is none; everything but the pinned embedder is quarantined then. */
  readonly vault: {
    readonly database: () => DatabaseClient<ModelsOperations>;
    readonly state: () => Promise<'absent' | 'locked' | 'unlocked'>;
  } | null;
  readonly audit: () => Pick<AuditLog, 'append'> | null;
  readonly engine: {
    /** True while it holds the model in memory. */
    readonly isLoaded: (name: string) => Promise<boolean>;
    /** It has just answered with the model. */
    readonly noteLoaded: (name: string) => void;
    /** Lets go of the model, if it holds it. */
    readonly unload: (name: string) => Promise<void>;
  };
  /** The built entry of the thread that hashes; null: hashed on the calling thread. */
  readonly hashWorker: string | null;
  /** Trouble that stops nothing, for the diagnostics. */
  readonly warn: (what: string, thrown: unknown) => void;
}

/** For the machine's cache: nothing in it is run, so nothing in it is approved or not. */
export const trustOfCache: TrustDeps = {
  vault: null,
  audit: () => null,
  engine: { isLoaded: () => Promise.resolve(false), noteLoaded: () => undefined, unload: () => Promise.resolve() },
  hashWorker: null,
  warn: () => undefined,
};

/** The store and what decides over it: neither can be had without the other. */
export function createTrust(
  profile: string,
  policy: PublishersPolicy,
  { vault, audit, engine, hashWorker, warn }: TrustDeps,
  evaluationSet: () => Promise<EvaluationSet>,
): { store: ModelStore; hash: Hasher; passports: Passports; publishers: Publishers; onChange: Models['onChange'] } {
  // One thread for all: what is loaded and what arrives take turns in it, a few milliseconds each.
  const hash = hashWorker === null ? hashHere : createHasher(hashWorker);
  const listeners = new Set<() => void>();
  const standings = createStandings();
  const store = createModelStore({
    profile,
    verification: () => policy.value('models.verification'),
    standing: (name, manifest) => standings.standing(name, manifest),
    // Waited for: a program that ends right after must have written it down.
    onChanged: (name, problem) =>
      passports.foundChanged(name, problem).catch((thrown: unknown) => warn('model found changed', thrown)),
    onVerified: (found, milliseconds) =>
      passports.verified(found, milliseconds).catch((thrown: unknown) => warn('model verified', thrown)),
    isLoaded: engine.isLoaded,
    hash,
  });
  const now = (): Date => new Date();
  const publishers = createPublishers({ policy, shelf: createListShelf({ vault, audit, now }), now });
  const passports = createPassports({
    store,
    standings,
    policy,
    publishers: () => publishers.listed(),
    evaluationSet,
    vault,
    audit,
    onChange: () => {
      for (const listener of listeners) listener();
    },
    now,
    unload: (name) => engine.unload(name).catch((thrown: unknown) => warn('model unload', thrown)),
  });
  return {
    store,
    hash,
    passports,
    publishers,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
