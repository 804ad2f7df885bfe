import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { CacheType, EngineStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { reportedBytes } from './allocations.ts';
import { createApproval, type Approval } from './approval.ts';
import { launchInNamespace } from './cage/namespace.ts';
import { launchOnPort } from './cage/port.ts';
import { probeCage, type CageProbe } from './cage/probe.ts';
import type { Runtime } from './cage/runtime.ts';
import type { CagedEngine } from './cage/types.ts';
import { createClient } from './client/index.ts';
import { patience, type Patience } from './client/stall.ts';
import { AnswerTurns } from './client/turns.ts';
import { TrustFile, type EnginePolicy } from './find/index.ts';
import { readVersion } from './read-version.ts';
import { statusOf, weakerCage } from './status.ts';
import { EngineLog } from './supervisor/log.ts';
import { Supervisor } from './supervisor/supervisor.ts';
import type { Engine, EngineClient, ShownFile } from './types.ts';

export interface EngineDeps {
  /** 0700 folder of the profile: what is trusted is remembered there. */
  readonly profile: string;
  /** The model store; the engine sees it read-only where the system can enforce that. */
  readonly models: string;
  /** Node (or Electron) and the built keeper, a real file on disk (never inside an archive). */
  readonly runtime: Runtime;
  /**
   * An instance of its own beside the usual one: a name for what it leaves on the disk, and the only files that it is shown.
   * `models` is then the folder that they come from.
   */
  readonly beside?: { readonly name: string; readonly files: readonly ShownFile[] } | undefined;
  /** How keys and values are kept, asked at each start. */
  readonly cacheType?: (() => CacheType | Promise<CacheType>) | undefined;
  readonly policy?: { readonly engine?: EnginePolicy; readonly requireNamespace?: boolean } | undefined;
}

export interface EngineHandle extends Engine {
  /** Finds the engine without starting it, so that its version and hash can be shown. Never throws for what it finds. */
  inspect(): Promise<EngineStatus>;
  /** Approves the Ollama at a path and prefers it. Throws `engine_missing`, `engine_too_old`, `forbidden`. */
  trustFile(path: string): Promise<EngineStatus>;
  cage(): Promise<CageProbe>;
  /** Policy: sealed in, or not at all. */
  readonly mustSeal: boolean;
  /** The bare way to the running engine; for measuring what the inference path adds. */
  dispatcher(): Promise<Dispatcher>;
}

/** Health is asked for this often, unless the engine was heard from just before. */
const probeEvery = 5_000;
const probeWithin = 3_000;
const startWithin = 30_000;
/** How long a broken connection waits to learn that the engine behind it ended. */
const settleWithin = 300;

/** A probe that always says the same is how tests run the weaker cage; nothing outside this room can pass one. */
export interface EngineInsides {
  readonly probe?: () => Promise<CageProbe>;
  readonly probeEvery?: number;
  readonly patience?: Patience;
}

class CagedOllama implements EngineHandle {
  readonly #deps: EngineDeps;
  readonly #log = new EngineLog();
  readonly #approval: Approval;
  readonly #supervisor: Supervisor;
  readonly #listeners = new Set<(status: EngineStatus) => void>();
  readonly #probeCage: () => Promise<CageProbe>;
  #probed: CageProbe | null = null;
  /** Why the last look found nothing that may run. */
  #problem: string | null = null;
  readonly #probeEvery: number;
  readonly #patience: Patience;
  readonly #turns = new AnswerTurns();
  #loaded: EngineStatus['loaded'] = [];
  #heardAt = 0;

  constructor(deps: EngineDeps, insides: EngineInsides) {
    this.#deps = deps;
    this.#probeEvery = insides.probeEvery ?? probeEvery;
    this.#patience = insides.patience ?? patience;
    this.#probeCage = insides.probe ?? (() => probeCage(deps.runtime));
    this.#approval = createApproval({
      trustFile: new TrustFile(deps.profile),
      policy: deps.policy?.engine,
      readVersion: async (engine) => readVersion(await this.cage(), deps.runtime, engine),
    });
    this.#supervisor = new Supervisor({
      launch: () => this.#launch(),
      probe: (engine) => this.#probe(engine),
      lastTrouble: () => this.#log.lastTrouble(),
      onChange: () => this.#tell(),
      probeEvery: this.#probeEvery,
      startWithin,
    });
  }

  status(): EngineStatus {
    return statusOf({
      model: this.#supervisor.model(),
      found: this.#approval.last(),
      problem: this.#approval.last() === null ? this.#problem : null,
      cage: this.#probed?.kind ?? null,
      cageReason: this.#probed?.kind === 'port' ? weakerCage(this.#probed.reason) : null,
      loaded: this.#supervisor.running() === null ? [] : this.#loaded,
    });
  }

  get mustSeal(): boolean {
    return this.#deps.policy?.requireNamespace === true;
  }

  async cage(): Promise<CageProbe> {
    return (this.#probed ??= await this.#probeCage());
  }

  async inspect(): Promise<EngineStatus> {
    await this.cage();
    this.#problem = await this.#approval.look().then(
      () => null,
      (thrown: unknown) => (thrown instanceof CloisterError ? thrown.message : 'The engine could not be looked at.'),
    );
    this.#tell();
    return this.status();
  }

  async start(): Promise<void> {
    await this.#supervisor.start();
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  async client(): Promise<EngineClient> {
    return this.#clientOf(await this.#supervisor.start());
  }

  async dispatcher(): Promise<Dispatcher> {
    return (await this.#supervisor.start()).dispatcher;
  }

  async trust(sha256: string): Promise<void> {
    await this.#approval.approve(sha256);
    this.#tell();
  }

  async trustFile(path: string): Promise<EngineStatus> {
    await this.#approval.approveFile(path);
    this.#tell();
    return this.status();
  }

  onChange(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async report(model: string): Promise<number | null> {
    if (this.#supervisor.running() === null) return null;
    const loaded = await (await this.client()).loaded();
    return reportedBytes(model, loaded, this.#log.lines());
  }

  logs(): readonly string[] {
    return this.#log.lines();
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.#listeners.clear();
  }

  #tell(): void {
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }

  #clientOf(engine: CagedEngine, renews = true): EngineClient {
    return createClient({
      dispatcher: engine.dispatcher,
      renew: renews ? () => this.#renew(engine) : null,
      settled: () => Promise.race([engine.ended.then(() => undefined), sleep(settleWithin)]),
      turns: this.#turns,
      patience: this.#patience,
      onBytes: () => (this.#heardAt = Date.now()),
      wasStopped: () => ['stopping', 'stopped'].includes(this.#supervisor.model().state),
    });
  }

  /** Waits for the engine that follows one that fell; one that was stopped has no follower. */
  async #renew(engine: CagedEngine): Promise<Dispatcher> {
    await Promise.race([engine.ended, sleep(settleWithin)]);
    const { state } = this.#supervisor.model();
    if (state === 'stopping' || state === 'stopped')
      throw new CloisterError('engine_stopped', 'The engine was stopped.');
    return this.dispatcher();
  }

  async #launch(): Promise<CagedEngine> {
    const probe = await this.cage();
    if (probe.kind === 'port' && this.mustSeal) {
      throw new CloisterError('cage_unavailable', `Your organisation wants the engine sealed in, and ${probe.reason}.`);
    }
    const found = await this.#approval.trusted();
    await mkdir(this.#deps.models, { recursive: true, mode: 0o700 });
    this.#log.clear();
    const { runtime, models, profile, beside, cacheType } = this.#deps;
    const launch = {
      instance: beside?.name,
      only: beside?.files,
      runtime,
      models,
      profile,
      engine: found.fingerprint,
      cacheType: await cacheType?.(),
      onLine: this.#log.add,
      patience: startWithin,
    };
    return probe.kind === 'namespace' ? launchInNamespace({ ...launch, probe }) : launchOnPort(launch);
  }

  /** An engine that is sending is alive; only a silent one is asked. */
  async #probe(engine: CagedEngine): Promise<boolean> {
    const client = this.#clientOf(engine, false);
    const late = AbortSignal.timeout(Math.min(probeWithin, this.#probeEvery));
    const running = this.#supervisor.running() === engine;
    const heard = running && Date.now() - this.#heardAt < this.#probeEvery / 2;
    const alive = heard || (await answersBefore(late, client.version()));
    if (alive && running) void this.#refreshLoaded(client);
    return alive;
  }

  /** While a model is being loaded this waits; what is shown is then a moment old, which is no failure. */
  async #refreshLoaded(client: EngineClient): Promise<void> {
    const loaded = await client.loaded().catch(() => this.#loaded);
    if (JSON.stringify(loaded) === JSON.stringify(this.#loaded)) return;
    this.#loaded = loaded;
    this.#tell();
  }
}

async function answersBefore(signal: AbortSignal, answer: Promise<unknown>): Promise<boolean> {
  const late = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([
    answer.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}

export function createEngineWith(deps: EngineDeps, insides: EngineInsides): EngineHandle {
  return new CagedOllama(deps, insides);
}

/** The engine of one profile. Nothing runs until `start` or `client`. */
export const createEngine = (deps: EngineDeps): EngineHandle => createEngineWith(deps, {});
