import type { CacheType, Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import type { WeightFacts } from '../gguf/facts.ts';
import type { Decision } from './decide.ts';
import { fits, type Place } from './fits.ts';
import { canKeep, type NeedsOf } from './needs.ts';
import { shareInMemory, workOf } from './recommend.ts';
import { firstSentences, refusalFor, type Refusal, type Remedies } from './refusal.ts';
import { tokensPerSecond } from './speed.ts';
import type { FittingDeps } from './types.ts';

/** Shorter than anything that is tried unasked. Tokens. */
const shorterContexts = [1024, 512] as const;
const smaller: Readonly<Record<CacheType, readonly CacheType[]>> = { f16: ['q8_0', 'q4_0'], q8_0: ['q4_0'], q4_0: [] };

export interface Refusing {
  readonly model: Pick<InstalledModel, 'name' | 'digest'>;
  readonly facts: WeightFacts;
  /** The computer when the engine holds nothing else. */
  readonly emptied: Hardware;
  readonly decision: Extract<Decision, { fits: false }>;
  /** It ran out of memory before, or its cache cannot be kept as it is wanted. */
  readonly because: 'failed' | 'cache' | null;
  /** Lengths of context that were tried, longest first. */
  readonly contexts: readonly number[];
  /** One that is left, and shorter than all that failed. */
  readonly left?: number | undefined;
}

interface Around {
  readonly needs: NeedsOf;
  readonly cacheType: () => CacheType;
  readonly mayRunOn: (place: Place) => boolean;
  readonly installedOn: (hardware: Hardware, which: (model: InstalledModel) => boolean) => Promise<Candidate[]>;
  readonly catalogue: () => Promise<readonly Candidate[]>;
}

/** Why a model is not loaded, with all that would help, as far as it is known. */
export function createRefuse(deps: FittingDeps, around: Around) {
  const { needs, cacheType, mayRunOn, installedOn } = around;

  const runs = async (
    { model, facts, emptied }: Refusing,
    contextTokens: number,
    kept: CacheType = cacheType(),
  ): Promise<boolean> => {
    const { sizing } = facts;
    if (!canKeep(sizing, kept)) return false;
    const taken = await needs.of({ digest: model.digest, sizing }, contextTokens, emptied, kept);
    const { fits: place } = fits(taken, emptied);
    return place !== 'no' && mayRunOn(place);
  };

  async function shorterContext(refused: Refusing): Promise<number | null> {
    const shortest = refused.contexts.at(-1) ?? Infinity;
    for (const tokens of shorterContexts) if (tokens < shortest && (await runs(refused, tokens))) return tokens;
    return null;
  }

  /** Another way to keep keys and values, with the longest context that fits then; none where policy chose one. */
  async function otherCache(refused: Refusing): Promise<Remedies['cacheType']> {
    if (deps.policy.value('models.cacheType') !== null) return null;
    const kinds = refused.because === 'cache' ? (['f16'] as const) : smaller[cacheType()];
    for (const type of kinds)
      for (const contextTokens of refused.contexts)
        if (await runs(refused, contextTokens, type)) return { type, contextTokens };
    return null;
  }

  return async function refuse(refused: Refusing): Promise<Refusal> {
    const { model, facts, emptied, decision, because } = refused;
    const { fit, why } = decision;
    const { sizing, parameters } = facts;
    const isOther = ({ kind, name, state }: InstalledModel): boolean =>
      kind === 'chat' && state === 'approved' && name !== model.name;
    const hadNoMemory = because === 'failed';
    const [holders, listed, here, shorter, cache] = await Promise.all([
      deps.holders(),
      around.catalogue(),
      installedOn(emptied, isOther),
      hadNoMemory ? (refused.left ?? null) : shorterContext(refused),
      hadNoMemory ? null : otherCache(refused),
    ]);
    const mayRun = ({ fits: place }: Candidate): boolean => mayRunOn(place);
    const speed = tokensPerSecond(workOf(sizing, parameters), fit.fits, shareInMemory(fit), emptied);
    const circumstances = { fit, sizing, parameters, hardware: emptied, holders };
    const [installed, catalogue] = [here.filter(mayRun), listed.filter(mayRun)];
    return refusalFor({
      ...{ model: model.name, why: because ?? why, speed },
      ...{ circumstances, installed, catalogue, shorter, cache },
      contextTokens: refused.contexts.at(-1) ?? 0,
      first: firstSentences(fit.reason, because ?? why, speed, cacheType()),
    });
  };
}
