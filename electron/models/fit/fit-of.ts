import type { CacheType, Hardware, InstalledModel, ModelFit } from '../../../shared/contract/types.ts';
import type { CatalogueModel } from '../catalogue/schema.ts';
import { contextsFor, modestContext } from './contexts.ts';
import { usedContext } from './estimate.ts';
import { fits, type Fit } from './fits.ts';
import { withoutLoaded } from './free.ts';
import { canKeep, type NeedsOf, type Weighed } from './needs.ts';
import { shareInMemory, sizingOf, workOf } from './recommend.ts';
import { cannotKeep } from './refusal.ts';
import { tokensPerSecond } from './speed.ts';
import type { FittingDeps } from './types.ts';

interface Known extends Weighed {
  readonly name: string;
  readonly parameters: number;
}

export const bare = (name: string): string => name.replace(/:latest$/, '');

/** Any length of context, for models that are here or in the catalogue; the computer is asked once for all of them. */
export function createFitOf(deps: FittingDeps, needs: NeedsOf, cacheType: () => CacheType) {
  const most = (): number => deps.policy.value('models.longestContext');

  /** Its own header where it is here, else what the catalogue says; null where nothing is known. */
  async function known(
    name: string,
    here: readonly InstalledModel[],
    listed: readonly CatalogueModel[],
  ): Promise<Known | null> {
    const own = here.find((each) => bare(each.name) === bare(name));
    if (own !== undefined) {
      const facts = await deps.weights(own.name).catch(() => null);
      return facts === null ? null : { name, sizing: facts.sizing, parameters: facts.parameters, digest: own.digest };
    }
    const found = listed.find((each) => bare(each.name) === bare(name));
    return found === undefined
      ? null
      : { name, sizing: sizingOf(found), parameters: found.parameters * 1e9, digest: '' };
  }

  async function fitOf(model: Known, asked: number | undefined, hardware: Hardware): Promise<ModelFit> {
    const { name, sizing, parameters } = model;
    const kept = canKeep(sizing, cacheType());
    const fitWith = async (contextTokens: number) => {
      const taken = await needs.of(model, contextTokens, hardware);
      const fit: Fit = fits(taken, hardware);
      const judged: Fit = kept ? fit : { ...fit, fits: 'no', reason: cannotKeep(cacheType()) };
      return { contextTokens, needs: taken, fit: judged };
    };
    const all = await Promise.all(contextsFor(sizing.context, sizing.context || most()).map(fitWith));
    const usual = contextsFor(sizing.context, most())[0] ?? modestContext;
    const here = await fitWith(usedContext(sizing, asked ?? usual));
    return {
      name,
      contextTokens: here.contextTokens,
      needs: here.needs,
      free: here.fit.free,
      fits: here.fit.fits,
      reason: here.fit.reason,
      largestContext: all.find(({ fit }) => fit.fits !== 'no')?.contextTokens ?? null,
      modelContext: sizing.context,
      tokensPerSecond: tokensPerSecond(workOf(sizing, parameters), here.fit.fits, shareInMemory(here.fit), hardware),
    };
  }

  return async function ofEach(names: readonly string[], asked?: number): Promise<ModelFit[]> {
    const [found, loaded, here, { models }] = await Promise.all([
      deps.hardware(),
      deps.loaded(),
      deps.installed(),
      deps.catalogue(),
    ]);
    const emptied = withoutLoaded(found, loaded);
    const fitting = names.map(async (name) => {
      const model = await known(name, here, models);
      return model === null ? [] : [await fitOf(model, asked, emptied)];
    });
    return (await Promise.all(fitting)).flat();
  };
}
