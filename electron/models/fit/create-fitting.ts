import type { Candidate, Hardware, InstalledModel, ModelFit } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { CatalogueModel } from '../catalogue/schema.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import { contextsFor, modestContext } from './contexts.ts';
import { createCorrections } from './corrections.ts';
import { decide, type Decision } from './decide.ts';
import { estimate, usedContext, type Needs, type Sizing } from './estimate.ts';
import { createFailures } from './failures.ts';
import { fits } from './fits.ts';
import { freeOn, withoutLoaded, type Loaded } from './free.ts';
import { createPick } from './pick.ts';
import { candidates, givenHardware, installedCandidate, shareInMemory, sizingOf, workOf } from './recommend.ts';
import { firstSentences, refusalFor, type Refusal } from './refusal.ts';
import { isSlow } from './roles.ts';
import { tokensPerSecond } from './speed.ts';
import type { Fitting, FittingDeps } from './types.ts';

export type { Fitting, FittingDeps, Loading } from './types.ts';

type Given = { vram?: number | undefined; ram?: number | undefined };
type Refused = Extract<Decision, { fits: false }>;

const bare = (name: string): string => name.replace(/:latest$/, '');

const freeNow = (hardware: Hardware): number => {
  const { gpu, memory, shared } = freeOn(hardware);
  return shared ? memory : gpu + memory;
};

export function createFitting(deps: FittingDeps): Fitting {
  const { policy } = deps;
  const corrections = createCorrections(deps.profile);
  const failures = createFailures();

  const contextsOf = (sizing: Sizing): number[] =>
    contextsFor(sizing.context, policy.value('models.longestContext')).filter((each) => each > 0);

  /** The computer as it is when the engine has given back what it can: the model's own memory, or all. */
  async function computers(name: string): Promise<{ now: Hardware; emptied: Hardware; others: readonly Loaded[] }> {
    const [hardware, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    const own = loaded.filter((each) => bare(each.name) === bare(name));
    const others = loaded.filter((each) => !own.includes(each));
    const now = withoutLoaded(hardware, own);
    return { now, emptied: withoutLoaded(now, others), others };
  }

  const needsOf = async (sizing: Sizing, digest: string, contextTokens: number, hardware: Hardware): Promise<Needs> => {
    const onCard = freeOn(hardware).card !== null;
    return corrections.apply(estimate(sizing, contextTokens, { onCard }), digest, contextTokens);
  };

  /** What our own engine holds is free for whatever is chosen next. */
  async function recommend(given: Given = {}): ReturnType<Fitting['recommend']> {
    const [found, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    const hardware = givenHardware(found, given);
    const { models } = await deps.catalogue();
    return { hardware, candidates: candidates(models, givenHardware(withoutLoaded(found, loaded), given)) };
  }

  /** Those whose header cannot be read are left out: nothing can be said of them. */
  async function installedOn(hardware: Hardware, which: (model: InstalledModel) => boolean): Promise<Candidate[]> {
    const models = (await deps.installed()).filter(which);
    const judged = models.map(async ({ name, digest }) => {
      const facts = await deps.weights(name).catch(() => null);
      if (facts === null) return [];
      const needs = await needsOf(facts.sizing, digest, modestContext, hardware);
      return [installedCandidate(name, facts, needs, hardware)];
    });
    return (await Promise.all(judged)).flat();
  }

  async function installed(): Promise<Candidate[]> {
    const [found, loaded] = await Promise.all([deps.hardware(), deps.loaded()]);
    return installedOn(withoutLoaded(found, loaded), () => true);
  }

  const allowed = () => ({ cpu: policy.value('models.allowProcessor'), split: policy.value('models.allowSplit') });

  async function decideFor(
    model: InstalledModel,
    facts: WeightFacts,
    below: number,
  ): Promise<Decision & { others: readonly Loaded[] }> {
    const { now, emptied, others } = await computers(model.name);
    const all = await Promise.all(
      contextsOf(facts.sizing).map(async (contextTokens) => ({
        contextTokens,
        needs: await needsOf(facts.sizing, model.digest, contextTokens, now),
      })),
    );
    const steps = all.filter(({ contextTokens }) => contextTokens < below);
    const shortest = all.at(-1);
    if (steps.length === 0 && shortest !== undefined) {
      return { fits: false, fit: fits(shortest.needs, emptied), why: 'size', others };
    }
    return { ...decide({ steps, now, emptied, allowed: allowed() }), others };
  }

  async function refuse(
    model: Pick<InstalledModel, 'name'>,
    facts: WeightFacts,
    decision: Refused,
    failed: boolean,
  ): Promise<Refusal> {
    const { emptied } = await computers(model.name);
    const isOther = ({ kind, name, state }: InstalledModel): boolean =>
      kind === 'chat' && state === 'approved' && name !== model.name;
    const [holders, { candidates: listed }, here] = await Promise.all([
      deps.holders(),
      recommend(),
      installedOn(emptied, isOther),
    ]);
    const mayRun = ({ fits: place }: Candidate): boolean =>
      (place !== 'cpu' || allowed().cpu) && (place !== 'split' || allowed().split);
    const { sizing, parameters } = facts;
    const [installed, catalogue] = [here.filter(mayRun), listed.filter(mayRun)];
    const { fit, why } = decision;
    const speed = tokensPerSecond(workOf(sizing, parameters), fit.fits, shareInMemory(fit), emptied);
    const circumstances = { fit, sizing, parameters, hardware: emptied, holders, installed, catalogue };
    return refusalFor(circumstances, firstSentences(fit.reason, failed ? 'failed' : why, speed));
  }

  interface Known {
    readonly name: string;
    readonly sizing: Sizing;
    readonly parameters: number;
    readonly digest: string;
  }

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

  async function fitOf(
    { name, sizing, parameters, digest }: Known,
    asked: number | undefined,
    hardware: Hardware,
  ): Promise<ModelFit> {
    const fitWith = async (contextTokens: number) => {
      const needs = await needsOf(sizing, digest, contextTokens, hardware);
      return { contextTokens, needs, fit: fits(needs, hardware) };
    };
    const longest = sizing.context || policy.value('models.longestContext');
    const all = await Promise.all(contextsFor(sizing.context, longest).map(fitWith));
    const usual = contextsOf(sizing)[0] ?? modestContext;
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

  async function ofEach(names: readonly string[], asked?: number): Promise<ModelFit[]> {
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
  }

  return {
    recommend,
    installed,
    pick: createPick(async (model) => {
      const facts = await deps.weights(model.name);
      const decision = await decideFor(model, facts, Infinity);
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
    ofEach,
    async load(model, again) {
      const facts = await deps.weights(model.name);
      const failedAt = failures.shortestFailed(model.digest, freeNow(await deps.hardware()));
      if (again && failedAt !== null) failures.forget(model.digest);
      const below = failedAt === null || again ? Infinity : failedAt;
      const decision = await decideFor(model, facts, below);
      if (decision.fits) {
        const unload = decision.emptied ? decision.others.map(({ name }) => name) : [];
        return { fits: true, contextTokens: decision.contextTokens, unload };
      }
      return { fits: false, refusal: await refuse(model, facts, decision, below !== Infinity) };
    },
    async apart(model, facts, contextTokens) {
      const [now, held] = await Promise.all([deps.hardware(), deps.loaded()]);
      const needs = await needsOf(facts.sizing, model.digest, contextTokens, now);
      const steps = [{ contextTokens, needs }];
      const decision = decide({ steps, now, emptied: withoutLoaded(now, held), allowed: allowed() });
      if (!decision.fits) return { fits: false, refusal: await refuse(model, facts, decision, false) };
      return { fits: true, contextTokens, unload: decision.emptied ? held.map(({ name }) => name) : [] };
    },
    async failed(model, contextTokens) {
      const facts = await deps.weights(model.name);
      failures.note(model.digest, contextTokens, freeNow(await deps.hardware()));
      return contextsOf(facts.sizing).find((each) => each < contextTokens) ?? null;
    },
    async learn(model, contextTokens, reported) {
      failures.forget(model.digest);
      const { sizing } = await deps.weights(model.name);
      const onCard = freeOn(await deps.hardware()).card !== null;
      return corrections.learn(estimate(sizing, contextTokens, { onCard }), reported, model.digest, contextTokens);
    },
  };
}
