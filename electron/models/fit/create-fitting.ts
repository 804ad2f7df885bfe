import type { CacheType, Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import { contextsFor, modestContext } from './contexts.ts';
import { createCorrections } from './corrections.ts';
import { decide, type Decision } from './decide.ts';
import type { Sizing } from './estimate.ts';
import { createFailures } from './failures.ts';
import { bare, createFitOf } from './fit-of.ts';
import { fits, type Place } from './fits.ts';
import { freeOn, withoutLoaded, type Loaded } from './free.ts';
import { canKeep, createNeeds } from './needs.ts';
import { createPick } from './pick.ts';
import { candidates, givenHardware, installedCandidate, shareInMemory, workOf } from './recommend.ts';
import { createRefuse } from './refuse.ts';
import { isSlow } from './roles.ts';
import { tokensPerSecond } from './speed.ts';
import type { Fitting, FittingDeps } from './types.ts';

export type { Fitting, FittingDeps, Loading } from './types.ts';

type Given = { vram?: number | undefined; ram?: number | undefined };
type Model = Pick<InstalledModel, 'name' | 'digest'>;

const freeNow = (hardware: Hardware): number => {
  const { gpu, memory, shared } = freeOn(hardware);
  return shared ? memory : gpu + memory;
};

export function createFitting(deps: FittingDeps): Fitting {
  const { policy } = deps;
  const cacheType = (): CacheType => deps.cacheType?.() ?? 'f16';
  const needs = createNeeds(createCorrections(deps.profile), cacheType);
  const failures = createFailures();

  const contextsOf = (sizing: Sizing, most = Infinity): number[] =>
    contextsFor(sizing.context, Math.min(most, policy.value('models.longestContext'))).filter((each) => each > 0);

  /** The computer as it is when the engine has given back what it can: the model's own memory, or all. */
  async function computers(name: string): Promise<{ now: Hardware; emptied: Hardware; others: readonly Loaded[] }> {
    const [hardware, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    const own = loaded.filter((each) => bare(each.name) === bare(name));
    const others = loaded.filter((each) => !own.includes(each));
    const now = withoutLoaded(hardware, own);
    return { now, emptied: withoutLoaded(now, others), others };
  }

  /** What our own engine holds is free for whatever is chosen next. */
  async function recommend(given: Given = {}): ReturnType<Fitting['recommend']> {
    const [found, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    const hardware = givenHardware(found, given);
    const { models } = await deps.catalogue();
    const emptied = givenHardware(withoutLoaded(found, loaded), given);
    return { hardware, candidates: candidates(models, emptied, cacheType()) };
  }

  /** Those whose header cannot be read are left out: nothing can be said of them. */
  async function installedOn(hardware: Hardware, which: (model: InstalledModel) => boolean): Promise<Candidate[]> {
    const models = (await deps.installed()).filter(which);
    const judged = models.map(async ({ name, digest }) => {
      const facts = await deps.weights(name).catch(() => null);
      if (facts === null) return [];
      const taken = await needs.of({ digest, sizing: facts.sizing }, modestContext, hardware);
      return [installedCandidate(name, facts, taken, hardware, cacheType())];
    });
    return (await Promise.all(judged)).flat();
  }

  async function installed(): Promise<Candidate[]> {
    const [found, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    return installedOn(withoutLoaded(found, loaded), () => true);
  }

  const allowed = () => ({ cpu: policy.value('models.allowProcessor'), split: policy.value('models.allowSplit') });
  const mayRunOn = (place: Place): boolean =>
    (place !== 'cpu' || allowed().cpu) && (place !== 'split' || allowed().split);
  const catalogue = async (): Promise<readonly Candidate[]> => (await recommend()).candidates;
  const refuse = createRefuse(deps, { needs, cacheType, mayRunOn, installedOn, catalogue });
  const ofEach = createFitOf(deps, needs, cacheType);

  interface Decided {
    readonly decision: Decision;
    readonly others: readonly Loaded[];
    readonly emptied: Hardware;
    readonly contexts: readonly number[];
    readonly because: 'failed' | 'cache' | null;
  }

  /** `below`: contexts that were not tried in vain; `most`: what the asker wants at most. */
  async function decideFor(model: Model, { sizing }: WeightFacts, below: number, most?: number): Promise<Decided> {
    const { now, emptied, others } = await computers(model.name);
    const contexts = contextsOf(sizing, most);
    const all = await Promise.all(
      contexts.map(async (contextTokens) => ({
        contextTokens,
        needs: await needs.of({ digest: model.digest, sizing }, contextTokens, now),
      })),
    );
    const around = { others, emptied, contexts };
    const steps = all.filter(({ contextTokens }) => contextTokens < below);
    const shortest = all.at(-1);
    if (shortest !== undefined && (steps.length === 0 || !canKeep(sizing, cacheType()))) {
      const because = canKeep(sizing, cacheType()) ? 'failed' : 'cache';
      return { ...around, decision: { fits: false, fit: fits(shortest.needs, emptied), why: 'size' }, because };
    }
    const decision = decide({ steps, now, emptied, allowed: allowed() });
    return { ...around, decision, because: !decision.fits && below !== Infinity ? 'failed' : null };
  }

  return {
    recommend,
    installed,
    ofEach,
    cacheType,
    pick: createPick(async (model) => {
      const facts = await deps.weights(model.name);
      const { decision } = await decideFor(model, facts, Infinity);
      if (!decision.fits) return null;
      const work = workOf(facts.sizing, facts.parameters);
      const speed = tokensPerSecond(work, decision.fit.fits, shareInMemory(decision.fit), await deps.hardware());
      return { isSlow: isSlow({ tokensPerSecond: speed }) };
    }),
    async of(name, asked) {
      const [fit] = await ofEach([name], asked);
      if (fit === undefined) throw new CloisterError('model_missing', `Nothing is known of a model ${name}.`);
      return fit;
    },
    async load(model, again, most) {
      const facts = await deps.weights(model.name);
      const failedAt = failures.shortestFailed(model.digest, freeNow(await deps.hardware()));
      if (again && failedAt !== null) failures.forget(model.digest);
      const below = failedAt === null || again ? Infinity : failedAt;
      const { decision, ...around } = await decideFor(model, facts, below, most);
      if (!decision.fits) return { fits: false, refusal: await refuse({ model, facts, decision, ...around }) };
      const unload = decision.emptied ? around.others.map(({ name }) => name) : [];
      return { fits: true, contextTokens: decision.contextTokens, unload };
    },
    async refusal(model) {
      const facts = await deps.weights(model.name);
      const failedAt = failures.shortestFailed(model.digest, freeNow(await deps.hardware())) ?? Infinity;
      const { decision, ...around } = await decideFor(model, facts, failedAt);
      if (!decision.fits) return refuse({ model, facts, decision, ...around });
      if (failedAt === Infinity) return null;
      // Longer ones failed lately although they should have fitted.
      const { fit, contextTokens: left } = decision;
      const failed = { fits: false, fit, why: 'size' } as const;
      return refuse({ model, facts, decision: failed, ...around, because: 'failed', left });
    },
    async apart(model, facts, contextTokens) {
      const [now, held] = await Promise.all([deps.hardware(), deps.loaded()]);
      const emptied = withoutLoaded(now, held);
      // It keeps its cache in half precision, whatever the usual one was told.
      const taken = await needs.of({ digest: model.digest, sizing: facts.sizing }, contextTokens, now, 'f16');
      const steps = [{ contextTokens, needs: taken }];
      const decision = decide({ steps, now, emptied, allowed: allowed() });
      if (decision.fits)
        return { fits: true, contextTokens, unload: decision.emptied ? held.map(({ name }) => name) : [] };
      const refused = { model, facts, decision, emptied, because: null, contexts: [contextTokens] };
      return { fits: false, refusal: await refuse(refused) };
    },
    async failed(model, contextTokens) {
      const facts = await deps.weights(model.name);
      failures.note(model.digest, contextTokens, freeNow(await deps.hardware()));
      return contextsOf(facts.sizing).find((each) => each < contextTokens) ?? null;
    },
    async learn(model, contextTokens, reported) {
      failures.forget(model.digest);
      const { sizing } = await deps.weights(model.name);
      return needs.learn({ digest: model.digest, sizing }, contextTokens, await deps.hardware(), reported);
    },
  };
}
