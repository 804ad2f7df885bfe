import type { InstalledModel } from '../../shared/contract/types.ts';
import type { EgressBroker } from '../egress/types.ts';
import { loadCatalogue } from './catalogue/load.ts';
import { checkArrival } from './check/check-arrival.ts';
import { createCarry, type CarryDeps } from './create-carry.ts';
import { createTrust, type TrustDeps } from './create-trust.ts';
import { createDownloads } from './downloads/create-downloads.ts';
import { checkHeader, type ArrivalCheck } from './downloads/fetch-model.ts';
import { pull } from './downloads/pull.ts';
import { openCache } from './embedder/cache.ts';
import { installCachedEmbedder } from './embedder/install-cached.ts';
import { embedderName } from './embedder/pins.ts';
import { createEvaluation } from './evaluation/create-evaluation.ts';
import { createSetReader } from './evaluation/set.ts';
import type { StartTrial } from './evaluation/types.ts';
import { createFitting, type FittingDeps } from './fit/create-fitting.ts';
import { bySystem } from './passports/record.ts';
import type { Arrival, ModelActor } from './passports/types.ts';
import type { PublishersPolicy } from './publishers/create-publishers.ts';
import type { Models } from './types.ts';

interface ModelsDeps {
  readonly profile: string;
  /** The program's `resources` folder. */
  readonly resources: string;
  readonly hardware: FittingDeps['hardware'];
  /** What the engine holds in memory; left out where none runs. */
  readonly loaded?: FittingDeps['loaded'] | undefined;
  /** How the engine keeps the context of conversations; in half precision unless said. */
  readonly cacheType?: FittingDeps['cacheType'];
  /** Other programs that hold memory; left out where nobody is told. */
  readonly holders?: FittingDeps['holders'] | undefined;
  readonly policy: PublishersPolicy;
  readonly egress: EgressBroker;
  readonly trust: TrustDeps;
  /** Left out, nothing is imported or bundled. */
  readonly carry?: CarryDeps | undefined;
  /** Left out, no model is tried before it is approved. */
  readonly trial?: StartTrial | undefined;
  /** Checks a model that came from a registry before anything else reads it: in the sandbox, or its header alone without `carry`. */
  readonly onArrived?: ArrivalCheck | undefined;
  /** What arrives goes straight into the store: the machine's cache, which set-up fills and no engine reads. */
  readonly isCache?: boolean | undefined;
  /** Where set-up keeps the embedding model; tests give their own. */
  readonly cache?: string | undefined;
}

export function createModels(deps: ModelsDeps): Models {
  const { profile, resources, policy, egress, trust, carry, isCache = false, cache } = deps;
  const evaluationSet = createSetReader(resources);
  const { store, hash, passports, publishers, onChange } = createTrust(profile, policy, trust, evaluationSet);
  const admit = (arrival: Arrival, by: ModelActor = bySystem): Promise<InstalledModel> =>
    isCache ? store.install(arrival.name, arrival.manifest, arrival.arrived) : passports.admit(arrival, by);
  const checkArrived: ArrivalCheck =
    carry === undefined ? checkHeader : ({ manifest, signal }) => checkArrival(carry.checker, store, manifest, signal);
  const downloads = createDownloads({
    profile,
    store,
    egress,
    policy,
    hash,
    onArrived: deps.onArrived ?? checkArrived,
    install: admit,
  });
  let catalogue: ReturnType<typeof loadCatalogue> | undefined;

  const usable = async (kind: InstalledModel['kind']): Promise<InstalledModel[]> =>
    (await store.list()).filter((model) => model.kind === kind && model.state === 'approved');

  const fitting = createFitting({
    profile,
    policy,
    hardware: deps.hardware,
    cacheType: deps.cacheType,
    loaded: deps.loaded ?? (() => Promise.resolve([])),
    holders: deps.holders ?? (() => Promise.resolve([])),
    catalogue: () => (catalogue ??= loadCatalogue(resources)),
    weights: (name) => store.weights(name),
    installed: () => store.list(),
  });

  const embeddingModel = async (): Promise<InstalledModel | null> => {
    const installed = await usable('embedding');
    return installed.find((model) => model.name === embedderName) ?? installed[0] ?? null;
  };

  let installing: Promise<InstalledModel | null> | null = null;
  const installEmbedder = async (): Promise<InstalledModel | null> =>
    (await embeddingModel()) ?? (await installCachedEmbedder(openCache(cache), store, admit));

  return {
    store,
    passports,
    publishers,
    onChange,
    downloads,
    ...createCarry(carry, {
      store,
      publishers: () => publishers.listed(),
      passport: (name) => passports.passport(name),
      admit,
    }),
    async confirmLoad(name) {
      try {
        await store.confirm(name);
        trust.engine.noteLoaded(name);
      } catch (thrown) {
        await trust.engine.unload(name).catch((failed: unknown) => trust.warn('model unload', failed));
        await passports.touched(name).catch((failed: unknown) => trust.warn('passport', failed));
        throw thrown;
      }
    },
    evaluation: createEvaluation({
      ...{ store, passports, fitting },
      set: evaluationSet,
      start: deps.trial ?? null,
      unload: trust.engine.unload,
      now: () => new Date(),
    }),
    embeddingModel,
    installEmbedder() {
      // Unlocking and the first ingest may both ask; one of them copies.
      installing ??= installEmbedder().finally(() => (installing = null));
      return installing;
    },
    defaultChatModel: async () => fitting.pick(await usable('chat')),
    pull: (name, options = {}) => pull(downloads, name, options),
    fitting,
  };
}
