import { codeOf, CloisterError } from '../../../shared/errors.ts';
import { refusalDetail } from '../../models/index.ts';
import type { Engine } from '../../engine/types.ts';
import type { Fitting, Models } from '../../models/types.ts';
import type { CacheType, InstalledModel } from '../../../shared/contract/types.ts';
import type { Work } from '../types.ts';

/** How long a decision stands. The model is loaded by then, and deciding again takes longer than the first word may. Milliseconds. */
const standsFor = 60_000;
/** And while the model stays loaded: what is in memory fits, and asking a graphics driver can take a second. */
const standsLoaded = 600_000;

interface Decision {
  readonly model: InstalledModel;
  readonly contextTokens: number;
  /** What was wanted at most. */
  readonly most: number | undefined;
  readonly cacheType: CacheType;
  /** Of the last question that it answered. */
  readonly at: number;
  readonly decidedAt: number;
  readonly isLearned: boolean;
}

interface FitDeps {
  readonly models: Pick<Models, 'store'> & {
    readonly fitting: Pick<Fitting, 'load' | 'failed' | 'learn' | 'cacheType' | 'refusal'>;
  };
  readonly engine: Pick<Engine, 'client' | 'report'>;
  readonly now: () => number;
}

export interface Fit {
  /** Picks the largest context that fits, or refuses before anything is loaded, with the numbers. */
  decide(work: Work): Promise<void>;
  /** Runs the answer; when the load runs out of memory, once more with the next shorter context. */
  attempt<Piece>(work: Work, answer: () => AsyncIterable<Piece>): AsyncIterable<Piece>;
}

/** The context is always sent: the engine's own default hides truncation. */
export function createFit({ models, engine, now }: FitDeps): Fit {
  let last: Decision | null = null;

  async function findModel(work: Work): Promise<InstalledModel> {
    const name = work.model?.name ?? '';
    const model = await models.store.find(name);
    if (model === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
    return model;
  }

  /** Models that must leave before this one comes; one that is gone already is as good. */
  async function makeRoom(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const client = await engine.client();
    for (const name of names) await client.unload(name).catch(() => undefined);
  }

  async function learn(): Promise<void> {
    const decision = last;
    if (decision === null || decision.isLearned) return;
    last = { ...decision, isLearned: true };
    const reported = await engine.report(decision.model.name);
    if (reported !== null) await models.fitting.learn(decision.model, decision.contextTokens, reported);
  }

  async function shorten(work: Work, thrown: unknown): Promise<void> {
    const model = await findModel(work);
    last = null;
    const shorter = await models.fitting.failed(model, work.contextTokens);
    if (shorter === null) throw await explained(model, thrown);
    work.contextTokens = shorter;
  }

  /** The engine says that there was no memory; what would help is ours to say. */
  async function explained(model: InstalledModel, thrown: unknown): Promise<unknown> {
    const refusal = await models.fitting.refusal(model).catch(() => null);
    const detail = refusal === null ? { model: model.name } : refusalDetail(refusal);
    const said = refusal?.reason ?? (thrown instanceof Error ? thrown.message : undefined);
    return new CloisterError('model_too_large', said, { detail, cause: thrown });
  }

  async function stands(decision: Decision): Promise<boolean> {
    if (now() - decision.at < standsFor) return true;
    if (now() - decision.decidedAt >= standsLoaded) return false;
    const loaded = await engine.client().then((client) => client.loaded());
    return loaded.some(({ name }) => name === decision.model.name);
  }

  return {
    async decide(work) {
      const chosen = work.model;
      // An embedding model is small, and the engine gives it the context that it was made for.
      if (chosen === null || work.request.mode === 'embed') return;
      const decided = last;
      const most = work.request.contextTokens;
      const cacheType = models.fitting.cacheType();
      const isSame =
        decided?.model.digest === chosen.digest && decided.most === most && decided.cacheType === cacheType;
      if (isSame && (await stands(decided).catch(() => false))) {
        // Another question may have decided for another model meanwhile.
        if (last === decided) last = { ...decided, at: now() };
        work.contextTokens = decided.contextTokens;
        return;
      }
      const model = await findModel(work);
      const loading = await models.fitting.load(model, work.request.origin !== 'gateway', most);
      if (!loading.fits) {
        const { refusal } = loading;
        throw new CloisterError('model_too_large', refusal.reason, { detail: refusalDetail(refusal) });
      }
      await makeRoom(loading.unload);
      last = {
        model,
        contextTokens: loading.contextTokens,
        most,
        cacheType,
        at: now(),
        decidedAt: now(),
        isLearned: false,
      };
      work.contextTokens = loading.contextTokens;
    },

    async *attempt(work, answer) {
      try {
        yield* answer();
      } catch (thrown) {
        if (codeOf(thrown) !== 'model_too_large' || work.text !== '') throw thrown;
        await shorten(work, thrown);
        try {
          yield* answer();
        } catch (again) {
          if (codeOf(again) !== 'model_too_large') throw again;
          const model = await findModel(work);
          await models.fitting.failed(model, work.contextTokens);
          throw await explained(model, again);
        }
      }
      // Nobody waits for it, and a report that does not come teaches nothing.
      if (work.model !== null) void learn().catch(() => undefined);
    },
  };
}
