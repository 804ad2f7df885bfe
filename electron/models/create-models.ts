import type { Hardware, InstalledModel } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import type { EgressBroker } from '../egress/types.ts';
import type { Policy } from '../policy/index.ts';
import { loadCatalogue } from './catalogue/load.ts';
import { openCache } from './embedder/cache.ts';
import { installCachedEmbedder } from './embedder/install-cached.ts';
import { embedderName } from './embedder/pins.ts';
import { estimate } from './fit/estimate.ts';
import { fits } from './fit/fits.ts';
import { candidates, givenHardware, installedCandidate, modestContext } from './fit/recommend.ts';
import { pull } from './registry/pull.ts';
import { createModelStore } from './store/create-store.ts';
import type { Models } from './types.ts';

interface ModelsDeps {
  readonly profile: string;
  /** The program's `resources` folder. */
  readonly resources: string;
  readonly hardware: () => Promise<Hardware>;
  readonly policy: Pick<Policy, 'value'>;
  readonly egress: EgressBroker;
  /** Where set-up keeps the embedding model; tests give their own. */
  readonly cache?: string | undefined;
}

export function createModels({ profile, resources, hardware, policy, egress, cache }: ModelsDeps): Models {
  const store = createModelStore({ profile, verification: () => policy.value('models.verification') });
  const pulling = new Set<string>();
  let catalogue: ReturnType<typeof loadCatalogue> | undefined;

  const usable = async (kind: InstalledModel['kind']): Promise<InstalledModel[]> =>
    (await store.list()).filter((model) => model.kind === kind && model.state === 'approved');

  const fitOf = async (model: InstalledModel, contextTokens: number) =>
    fits(estimate(await store.weights(model.name), contextTokens), await hardware());

  const embeddingModel = async (): Promise<InstalledModel | null> => {
    const installed = await usable('embedding');
    return installed.find((model) => model.name === embedderName) ?? installed[0] ?? null;
  };

  let installing: Promise<InstalledModel | null> | null = null;
  const installEmbedder = async (): Promise<InstalledModel | null> =>
    (await embeddingModel()) ?? (await installCachedEmbedder(openCache(cache), store));

  return {
    store,
    embeddingModel,
    installEmbedder() {
      // Unlocking and the first ingest may both ask; one of them copies.
      installing ??= installEmbedder().finally(() => (installing = null));
      return installing;
    },
    async defaultChatModel() {
      const largestFirst = (await usable('chat')).sort((left, right) => right.size - left.size);
      for (const model of largestFirst) {
        if ((await fitOf(model, modestContext)).fits !== 'no') return model;
      }
      return null;
    },
    async pull(name, options = {}) {
      if (pulling.has(name)) throw new CloisterError('busy', `${name} is being downloaded already.`);
      pulling.add(name);
      try {
        return await pull({ store, egress, policy }, name, options);
      } finally {
        pulling.delete(name);
      }
    },
    async recommend(given = {}) {
      catalogue ??= loadCatalogue(resources);
      const seen = givenHardware(await hardware(), given);
      return { hardware: seen, candidates: candidates((await catalogue).models, seen) };
    },
    async installedFits() {
      const seen = await hardware();
      const installed = (await store.list()).filter((model) => model.state === 'approved');
      return Promise.all(installed.map(async ({ name }) => installedCandidate(name, await store.weights(name), seen)));
    },
    async doesNotFit(model, contextTokens) {
      const fit = await fitOf(model, contextTokens);
      return fit.fits === 'no' ? { reason: fit.reason, needs: fit.needs, free: fit.free } : null;
    },
  };
}
