import { setTimeout as sleep } from 'node:timers/promises';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { CagedEngine } from '../cage/types.ts';
import { atRest, step, type Effect, type Event, type Model } from './machine.ts';

/** What the supervisor is given to work with; nothing of it knows what an engine is. */
interface Supervised {
  /** Finds, checks and starts an engine. Codes that trying again cannot change end in `failed` at once. */
  readonly launch: () => Promise<CagedEngine>;
  /** True when it answered. */
  readonly probe: (engine: CagedEngine) => Promise<boolean>;
  /** A redacted line of the engine that sounds like a reason. */
  readonly lastTrouble: () => string | null;
  readonly onChange: (model: Model) => void;
  readonly probeEvery?: number;
  readonly startWithin?: number;
}

const hopeless = new Set([
  'engine_missing',
  'engine_untrusted',
  'engine_changed',
  'engine_too_old',
  'cage_unavailable',
  'profile_unsafe',
]);

/** Between two looks whether a starting engine answers already. */
const lookEvery = 25;

interface Waiter {
  readonly resolve: (engine: CagedEngine) => void;
  readonly reject: (error: CloisterError) => void;
}

/** Carries out what `step` decides: timers, launches, probes, and those who wait for a ready engine. */
export class Supervisor {
  readonly #parts: Supervised;
  #model: Model = atRest;
  #running: CagedEngine | null = null;
  /** A launch under way; resolves when it came to something. */
  #launching: Promise<void> | null = null;
  #launchTimer: NodeJS.Timeout | null = null;
  #probeTimer: NodeJS.Timeout | null = null;
  #lastError: CloisterError | null = null;
  #waiters: Waiter[] = [];
  #stopped: (() => void)[] = [];

  constructor(parts: Supervised) {
    this.#parts = parts;
  }

  model(): Model {
    return this.#model;
  }

  /** The engine to talk to, when there is one. */
  running(): CagedEngine | null {
    return this.#model.state === 'ready' || this.#model.state === 'degraded' ? this.#running : null;
  }

  /** Starts when at rest. Resolves when ready; rejects with the reason when it is given up or stopped. */
  async start(): Promise<CagedEngine> {
    if (this.#model.state === 'stopping') await this.stop();
    const running = this.running();
    if (running !== null) return running;
    const waiting = new Promise<CagedEngine>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#happen({ type: 'start' });
    return waiting;
  }

  async stop(): Promise<void> {
    const done = new Promise<void>((resolve) => this.#stopped.push(resolve));
    this.#happen({ type: 'stop' });
    await done;
  }

  #happen(event: Event): void {
    const [model, effects] = step(this.#model, event, Math.random());
    const changed = model !== this.#model;
    this.#model = model;
    for (const effect of effects) this.#carryOut(effect);
    this.#tellWaiters();
    if (changed) this.#parts.onChange(model);
  }

  #tellWaiters(): void {
    const { state } = this.#model;
    if (state === 'stopped' || state === 'failed') {
      for (const resolve of this.#stopped.splice(0)) resolve();
      const error =
        state === 'failed' ? this.#failure() : new CloisterError('engine_stopped', 'The engine was stopped.');
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    }
    const running = this.running();
    if (running !== null) for (const waiter of this.#waiters.splice(0)) waiter.resolve(running);
  }

  #failure(): CloisterError {
    if (this.#lastError !== null && hopeless.has(this.#lastError.code)) return this.#lastError;
    return new CloisterError(
      'engine_failed',
      `The engine was given up: ${(this.#model.reason ?? 'no reason known').replace(/\.$/, '')}.`,
    );
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'launch') {
      this.#launchTimer = setTimeout(() => {
        this.#launchTimer = null;
        this.#launching = this.#launch().finally(() => (this.#launching = null));
      }, effect.afterMilliseconds);
    } else if (effect.type === 'watch') {
      this.#probeSoon();
    } else {
      void this.#end();
    }
  }

  async #launch(): Promise<void> {
    try {
      const engine = await this.#parts.launch();
      if (await this.#answers(engine)) this.#take(engine);
      else await this.#discard(engine);
    } catch (thrown) {
      const error =
        thrown instanceof CloisterError
          ? thrown
          : new CloisterError('internal', 'The engine could not be started.', { cause: thrown });
      this.#lastError = error;
      this.#happen({ type: 'fell', reason: error.message, final: hopeless.has(codeOf(error)), at: Date.now() });
    }
  }

  /** Looks until it answers, ends, takes too long, or is no longer wanted. */
  async #answers(engine: CagedEngine): Promise<boolean> {
    const deadline = Date.now() + (this.#parts.startWithin ?? 30_000);
    const over = engine.ended.then(() => 'over' as const);
    while (Date.now() < deadline && this.#model.state === 'starting') {
      if (await this.#parts.probe(engine)) return true;
      if ((await Promise.race([over, sleep(lookEvery)])) === 'over') return false;
    }
    return false;
  }

  #take(engine: CagedEngine): void {
    this.#running = engine;
    this.#lastError = null;
    void engine.ended.then((reason) => {
      this.#forget();
      this.#happen({ type: 'fell', reason: this.#withTrouble(reason), at: Date.now() });
    });
    if (this.#model.state === 'starting') this.#happen({ type: 'ready' });
    else void engine.stop();
  }

  async #discard(engine: CagedEngine): Promise<void> {
    const late = Promise.resolve('the engine did not answer in time');
    const reason = await Promise.race([engine.ended, late]);
    await engine.stop();
    this.#happen({ type: 'fell', reason: this.#withTrouble(reason), at: Date.now() });
  }

  #withTrouble(reason: string): string {
    const trouble = this.#parts.lastTrouble();
    return trouble === null ? reason : `${reason} (${trouble})`;
  }

  #forget(): void {
    this.#running = null;
    if (this.#probeTimer !== null) clearTimeout(this.#probeTimer);
    this.#probeTimer = null;
  }

  #probeSoon(): void {
    this.#probeTimer = setTimeout(() => {
      void this.#probe();
    }, this.#parts.probeEvery ?? 5_000);
    // An idle engine must not keep the program alive.
    this.#probeTimer.unref();
  }

  async #probe(): Promise<void> {
    const engine = this.#running;
    if (engine === null) return;
    const alive = await this.#parts.probe(engine);
    if (this.#running !== engine) return;
    this.#happen({ type: 'probed', alive });
    if (this.running() === engine) this.#probeSoon();
  }

  /** Ends what runs; a launch under way sees by the state that it is not wanted and ends what it started. */
  async #end(): Promise<void> {
    if (this.#launchTimer !== null) clearTimeout(this.#launchTimer);
    this.#launchTimer = null;
    if (this.#running !== null) await this.#running.stop();
    else if (this.#launching !== null) await this.#launching;
    else this.#happen({ type: 'stopped' });
  }
}
