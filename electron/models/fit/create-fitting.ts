import type { Candidate, Hardware, InstalledModel, ModelFit } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Policy } from '../../policy/index.ts';
import type { Catalogue, CatalogueModel } from '../catalogue/schema.ts';
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
import { refusalFor, type Refusal } from './refusal.ts';
import { isSlow } from './roles.ts';
import { speedInWords, tokensPerSecond } from './speed.ts';

export interface FittingDeps {
  readonly profile: string;
  readonly policy: Pick<Policy, 'value'>;
  readonly hardware: () => Promise<Hardware>;
  /** What the engine holds in memory; nothing while it does not run. */
  readonly loaded: () => Promise<readonly Loaded[]>;
  readonly holders: () => Promise<NonNullable<Hardware['memory']['holders']>>;
  readonly catalogue: () => Promise<Catalogue>;
  readonly weights: (name: string) => Promise<WeightFacts>;
  /** Chat models and others that may run. */
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
  /** Each installed model that may run, by its own header. */
  installed(): Promise<Candidate[]>;
  /** Any length of context, for an installed model or one of the catalogue. Throws `model_missing`. */
  of(name: string, contextTokens?: number): Promise<ModelFit>;
  /** The largest that may be loaded and is not slow; else the quickest of those that may; null when none may. */
  pick(models: readonly InstalledModel[]): Promise<InstalledModel | null>;
  /** `again`: a person asks, and may have freed what nobody can see. */
  load(model: InstalledModel, again: boolean): Promise<Loading>;
  /** The engine ran out of memory while it loaded. Says the next shorter context to try once, or null. */
  failed(model: InstalledModel, contextTokens: number): Promise<number | null>;
  /** Learns from what the engine took: all its buffers together, bytes. */
  learn(model: InstalledModel, contextTokens: number, reported: number): Promise<boolean>;
}

const bare = (name: string): string => name.replace(/:latest$/, '');

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

  async function recommend(given = {}): ReturnType<Fitting['recommend']> {
    const hardware = givenHardware(await deps.hardware(), given);
    return { hardware, candidates: candidates((await deps.catalogue()).models, hardware) };
  }

  async function installed(): Promise<Candidate[]> {
    const hardware = await deps.hardware();
    const models = await deps.installed();
    return Promise.all(models.map(async ({ name }) => installedCandidate(name, await deps.weights(name), hardware)));
  }

  const allowed = () => ({ cpu: policy.value('models.allowProcessor'), split: policy.value('models.allowSplit') });

  async function decideFor(
    model: InstalledModel,
    facts: WeightFacts,
    below: number,
  ): Promise<Decision & { others: readonly Loaded[] }> {
    const { now, emptied, others } = await computers(model.name);
    const lengths = contextsOf(facts.sizing).filter((each) => each < below);
    const steps = await Promise.all(
      lengths.map(async (contextTokens) => ({
        contextTokens,
        needs: await needsOf(facts.sizing, model.digest, contextTokens, now),
      })),
    );
    return { ...decide({ steps, now, emptied, allowed: allowed() }), others };
  }

  const freeNow = (hardware: Hardware): number => {
    const { gpu, memory, shared } = freeOn(hardware);
    return shared ? memory : gpu + memory;
  };

  async function refuse(
    model: InstalledModel,
    facts: WeightFacts,
    decision: Extract<Decision, { fits: false }>,
  ): Promise<Refusal> {
    const { emptied } = await computers(model.name);
    const [holders, { candidates: catalogue }] = await Promise.all([deps.holders(), recommend()]);
    const here = (await deps.installed()).filter(({ kind, name }) => kind === 'chat' && name !== model.name);
    const judged = await Promise.all(
      here.map(async ({ name }) => installedCandidate(name, await deps.weights(name), emptied)),
    );
    const { sizing, parameters } = facts;
    const mayRun = (each: Candidate): boolean => {
      const { cpu, split } = allowed();
      return (each.fits !== 'cpu' || cpu) && (each.fits !== 'split' || split);
    };
    const speed = tokensPerSecond(workOf(sizing, parameters), decision.fit.fits, shareInMemory(decision.fit), emptied);
    const first =
      decision.why === 'size'
        ? decision.fit.reason
        : `${decision.fit.reason} Your organisation does not allow ${decision.why === 'cpu' ? 'models on the processor' : 'models that are only in part on the graphics card'}${speed === null ? '' : ` (${speedInWords(speed)})`}.`;
    return refusalFor(
      {
        fit: decision.fit,
        sizing,
        parameters,
        hardware: emptied,
        holders,
        installed: judged.filter(mayRun),
        catalogue: catalogue.filter(mayRun),
      },
      first,
    );
  }

  const inCatalogue = async (name: string): Promise<CatalogueModel | undefined> =>
    (await deps.catalogue()).models.find((each) => bare(each.name) === bare(name));

  async function known(name: string): Promise<{ sizing: Sizing; parameters: number; digest: string }> {
    const here = (await deps.installed()).find((each) => bare(each.name) === bare(name));
    if (here !== undefined) {
      const { sizing, parameters } = await deps.weights(here.name);
      return { sizing, parameters, digest: here.digest };
    }
    const listed = await inCatalogue(name);
    if (listed === undefined) throw new CloisterError('model_missing', `Nothing is known of a model ${name}.`);
    return { sizing: sizingOf(listed), parameters: listed.parameters * 1e9, digest: '' };
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
      const { sizing, parameters, digest } = await known(name);
      const { emptied } = await computers(name);
      const fitWith = async (contextTokens: number) => {
        const needs = await needsOf(sizing, digest, contextTokens, emptied);
        return { contextTokens, needs, fit: fits(needs, emptied) };
      };
      const all = await Promise.all(
        contextsFor(sizing.context, sizing.context || policy.value('models.longestContext')).map(fitWith),
      );
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
        tokensPerSecond: tokensPerSecond(workOf(sizing, parameters), here.fit.fits, shareInMemory(here.fit), emptied),
      };
    },
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
      return { fits: false, refusal: await refuse(model, facts, decision) };
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
