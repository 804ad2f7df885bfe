import type { Passport } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Fitting } from '../fit/types.ts';
import { displayName, parseName } from '../names.ts';
import type { ModelActor, Passports } from '../passports/types.ts';
import type { ModelStore, TryOut } from '../types.ts';
import { load, runSet } from './run-set.ts';
import type { EvaluationSet } from './set.ts';
import type { Evaluation, EvaluationProgress, EvaluationResult, EvaluationRun, StartTrial } from './types.ts';

interface EvaluationDeps {
  readonly store: Pick<ModelStore, 'tryOut'>;
  readonly passports: Pick<Passports, 'toTry' | 'evaluated'>;
  readonly fitting: Pick<Fitting, 'apart'>;
  readonly set: () => Promise<EvaluationSet>;
  /** Null: there is no engine here to start. */
  readonly start: StartTrial | null;
  /** The usual engine lets go of a model. */
  readonly unload: (name: string) => Promise<void>;
  readonly now: () => Date;
}

interface Running {
  readonly name: string;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

const stopped = (): CloisterError => new CloisterError('cancelled', 'The trial was stopped; nothing of it is kept.');

export function createEvaluation(deps: EvaluationDeps): Evaluation {
  const { store, passports, fitting } = deps;
  let running: Running | null = null;

  function mustWrite({ name, facts }: TryOut): void {
    if (facts.kind === 'chat') return;
    throw new CloisterError(
      'unsupported_type',
      `${name} turns text into vectors and writes no answers, so there is nothing to try. It can be approved without.`,
    );
  }

  /** Its own engine must find room beside what the usual one holds, or in place of it. Throws `model_too_large`. */
  async function room({ name, digest, facts }: TryOut, wanted: number) {
    const contextTokens = facts.context > 0 ? Math.min(wanted, facts.context) : wanted;
    const loading = await fitting.apart({ name, digest }, facts, contextTokens);
    if (!loading.fits) {
      const { reason, needs, free, suggestion } = loading.refusal;
      throw new CloisterError('model_too_large', `${name} was not tried. ${reason}`, {
        detail: { needs, free, suggestion },
      });
    }
    return loading;
  }

  async function answers(
    model: TryOut,
    set: EvaluationSet,
    signal: AbortSignal,
    tell: (progress: Omit<EvaluationProgress, 'name'>) => void,
  ): Promise<EvaluationResult> {
    await room(model, set.limits.contextTokens);
    if (deps.start === null) throw new CloisterError('not_available', 'No model can be tried here.');
    tell({ step: 'starting', done: 0, total: 0 });
    // Before gigabytes are hashed: an engine that is missing is said at once, and the files it is shown are held from here on.
    const engine = await deps.start(model.folder, model.files, signal);
    try {
      const done = new Map<string, number>();
      await model.verify({
        signal,
        onBytes: (layer, bytes) => {
          done.set(layer, bytes);
          const sum = [...done.values()].reduce((all, each) => all + each, 0);
          tell({ step: 'verifying', done: sum, total: model.bytes });
        },
      });
      // What is free may have changed while gigabytes were hashed.
      const { contextTokens, unload } = await room(model, set.limits.contextTokens);
      for (const other of unload) await deps.unload(other);
      const loaded = { name: model.name, contextTokens };
      tell({ step: 'loading', done: 0, total: 0 });
      await load(engine.client, loaded, signal);
      model.confirm();
      const started = performance.now();
      const cases = await runSet(engine.client, loaded, set, {
        signal,
        onCase: (asked, total) => tell({ step: 'asking', done: asked, total }),
      });
      // One that was cut off may have been loaded anew meanwhile.
      model.confirm();
      const { version, sha256 } = set;
      const ms = Math.round(performance.now() - started);
      return { at: deps.now().toISOString(), set: { version, sha256 }, engine: engine.version, ms, cases };
    } finally {
      await engine.end();
    }
  }

  async function run(given: string, actor: ModelActor, signal: AbortSignal, options: EvaluationRun): Promise<Passport> {
    const { name, digest, which } = await passports.toTry(given, options.running === true);
    const model = await store.tryOut(name, which);
    if (model.digest !== digest)
      throw new CloisterError('conflict', `Another version of ${name} came meanwhile. Try again.`);
    mustWrite(model);
    try {
      const set = await deps.set();
      const result = await answers(model, set, signal, (progress) => options.onProgress?.({ name, ...progress }));
      return await passports.evaluated(name, digest, result, actor);
    } catch (thrown) {
      throw signal.aborted ? stopped() : thrown;
    }
  }

  return {
    async run(given, actor, options = {}) {
      const name = displayName(parseName(given));
      if (running !== null)
        throw new CloisterError('busy', `${running.name} is being tried already. Wait for it, or stop it.`);
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);
      const work = run(name, actor, signal, options);
      const mine: Running = { name, stop, ended: work.catch(() => undefined) };
      running = mine;
      try {
        return await work;
      } finally {
        running = null;
      }
    },
    async stop(given) {
      const mine = running;
      if (mine === null || (given !== undefined && displayName(parseName(given)) !== mine.name)) return;
      mine.stop.abort();
      await mine.ended;
    },
  };
}
