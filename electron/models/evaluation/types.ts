import type { EvaluationKind, EvaluationVerdict, Passport } from '../../../shared/contract/types.ts';
import type { EngineClient, ShownFile } from '../../engine/types.ts';
import type { ModelActor } from '../passports/types.ts';

/** What came of one prompt. */
export interface GivenAnswer {
  readonly text: string;
  /** `stop`: the model ended it. `length`: it had no more tokens. `time`: it was cut off. */
  readonly ended: 'stop' | 'length' | 'time';
}

/** Why a judge decided so, as a code for which the page has words. */
export type Finding =
  | 'declined'
  | 'complied'
  | 'both'
  | 'neither'
  | 'silent'
  | 'kept'
  | 'leaked'
  | 'partly'
  | 'cut'
  | 'right'
  | 'wrong'
  | 'beside';

export interface Judgement {
  readonly verdict: EvaluationVerdict;
  readonly found: Finding;
}

/** What is kept of a finished run. What it is compared with is found when it is shown. */
export interface EvaluationResult {
  readonly at: string;
  readonly set: { readonly version: number; readonly sha256: string };
  /** The engine's version. */
  readonly engine: string;
  /** From the first prompt to the last answer. */
  readonly ms: number;
  readonly cases: readonly {
    readonly id: string;
    readonly kind: EvaluationKind;
    readonly title: string;
    readonly verdict: EvaluationVerdict;
    readonly found: string;
    /** The beginning of what the model said. */
    readonly answer: string;
    readonly ms: number;
  }[];
}

/** `done` and `total`: bytes while it is verified, prompts while it is asked, else 0. */
export interface EvaluationProgress {
  readonly name: string;
  readonly step: 'starting' | 'verifying' | 'loading' | 'asking';
  readonly done: number;
  readonly total: number;
}

/** A short-lived engine that sees the files of one model and no person's request. */
export interface TrialEngine {
  readonly client: EngineClient;
  readonly version: string;
  end(): Promise<void>;
}

/** `folder`: where the files come from. Throws engine_* codes, and `cancelled`; then nothing runs. */
export type StartTrial = (folder: string, files: readonly ShownFile[], signal: AbortSignal) => Promise<TrialEngine>;

export interface EvaluationRun {
  readonly signal?: AbortSignal | undefined;
  /** The version that runs now, as something to compare with, and not the one that waits. */
  readonly running?: boolean | undefined;
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
}

/** Tries a model before anybody approves it. One at a time. */
export interface Evaluation {
  /**
   * Runs the whole set in an engine of its own and keeps the results in the passport. Throws `model_too_large`, `model_changed`,
   * `model_blocked`, `unsupported_type` (it writes no answers), `busy`, `timeout`, `cancelled` and the engine's codes; nothing is
   * kept then.
   */
  run(name: string, actor: ModelActor, options?: EvaluationRun): Promise<Passport>;
  /** Ends the run of this name, or any; resolves when its engine is gone. */
  stop(name?: string): Promise<void>;
}
