import type { EngineState } from '../../../shared/contract/types.ts';

/** Everything that decides what the supervisor does next. */
export interface Model {
  readonly state: EngineState;
  /** Restarts since the person last started it. */
  readonly restarts: number;
  /** When it fell over, in milliseconds; only those inside the window count. */
  readonly falls: readonly number[];
  /** Health probes missed in a row. */
  readonly missed: number;
  readonly reason: string | null;
}

export type Event =
  | { readonly type: 'start' }
  | { readonly type: 'ready' }
  /** It ended, or never came up. `final`: trying again cannot help (not trusted, missing). */
  | { readonly type: 'fell'; readonly reason: string; readonly final?: boolean; readonly at: number }
  | { readonly type: 'probed'; readonly alive: boolean }
  | { readonly type: 'stop' }
  | { readonly type: 'stopped' };

export type Effect =
  | { readonly type: 'launch'; readonly afterMilliseconds: number }
  | { readonly type: 'watch' }
  /** Ask it to end; `stopped` or `fell` follows when nothing is left of it. */
  | { readonly type: 'end' };

interface Rules {
  /** Missed probes in a row until it is restarted. */
  readonly missesUntilRestart: number;
  readonly window: number;
  /** Falls inside the window until it is given up. */
  readonly fallsUntilFailed: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
}

export const rules: Rules = {
  missesUntilRestart: 5,
  window: 120_000,
  fallsUntilFailed: 5,
  firstDelay: 250,
  longestDelay: 15_000,
};

export const atRest: Model = { state: 'stopped', restarts: 0, falls: [], missed: 0, reason: null };

type Step = readonly [Model, readonly Effect[]];

/** Doubles with each fall, and half of it is chance, so that several do not come back in step. */
export function delayAfter(falls: number, chance: number, { firstDelay, longestDelay }: Rules = rules): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (falls - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}

function fall(model: Model, event: Extract<Event, { type: 'fell' }>, chance: number, given: Rules): Step {
  if (model.state === 'stopping' || model.state === 'stopped') return [{ ...atRest, reason: model.reason }, []];
  const falls = [...model.falls.filter((at) => event.at - at < given.window), event.at];
  // One that was ended because it hung did not end by itself.
  const reason = model.missed >= given.missesUntilRestart ? 'the engine did not answer' : event.reason;
  const fallen = { ...model, falls, missed: 0, reason };
  if (event.final === true || falls.length >= given.fallsUntilFailed) return [{ ...fallen, state: 'failed' }, []];
  const afterMilliseconds = delayAfter(falls.length, chance, given);
  return [{ ...fallen, state: 'starting', restarts: model.restarts + 1 }, [{ type: 'launch', afterMilliseconds }]];
}

function probe(model: Model, alive: boolean, given: Rules): Step {
  if (model.state !== 'ready' && model.state !== 'degraded') return [model, []];
  if (alive) return [{ ...model, state: 'ready', missed: 0, reason: null }, []];
  const missed = model.missed + 1;
  const reason = 'the engine does not answer';
  return [{ ...model, state: 'degraded', missed, reason }, missed >= given.missesUntilRestart ? [{ type: 'end' }] : []];
}

/** The whole supervisor as one function: what was, what happened, what is now and what to do. */
export function step(model: Model, event: Event, chance = 0.5, given: Rules = rules): Step {
  switch (event.type) {
    case 'start':
      return model.state === 'stopped' || model.state === 'failed'
        ? [{ ...atRest, state: 'starting' }, [{ type: 'launch', afterMilliseconds: 0 }]]
        : [model, []];
    case 'ready':
      return model.state === 'starting'
        ? [{ ...model, state: 'ready', missed: 0, reason: null }, [{ type: 'watch' }]]
        : [model, []];
    case 'fell':
      return fall(model, event, chance, given);
    case 'probed':
      return probe(model, event.alive, given);
    case 'stop':
      if (model.state === 'stopped' || model.state === 'stopping') return [model, []];
      return model.state === 'failed'
        ? [atRest, []]
        : [{ ...model, state: 'stopping', reason: null }, [{ type: 'end' }]];
    case 'stopped':
      return [{ ...atRest, reason: model.state === 'failed' ? model.reason : null }, []];
  }
}
