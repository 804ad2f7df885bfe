import type { AnswerMode, Citation } from '../../shared/contract/types.ts';
import type { SearchHit } from '../documents/types.ts';

/** Who asks. Built by `authenticate` from a token, never taken from the request. */
export interface Caller {
  readonly subject: string;
  readonly session: string;
  readonly origin: 'page' | 'cli' | 'gateway';
  readonly scopes: readonly string[];
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface InferenceRequest {
  readonly id: string;
  readonly token: string;
  readonly origin: Caller['origin'];
  /** `search`: passages only, no answer. */
  readonly mode: AnswerMode | 'search';
  readonly question: string;
  /** Earlier turns, oldest first. */
  readonly history: readonly Turn[];
  readonly collectionId?: string | undefined;
  readonly model?: string | undefined;
  /** Tokens of context at most, where the asker wants fewer than fit. */
  readonly contextTokens?: number | undefined;
  /** Passages wanted. */
  readonly k?: number | undefined;
  readonly searchMode?: 'hybrid' | 'keyword' | 'vector' | undefined;
}

export type StageName =
  | 'authenticate'
  | 'authorise'
  | 'budget'
  | 'inspect-prompt'
  | 'retrieve'
  | 'choose-model'
  | 'verify'
  | 'fit'
  | 'generate'
  | 'inspect-output'
  | 'record';

/**
 * What the stages know of one request, filled in from stage to stage. Nothing here outlives the request.
 * A stage lets the request go on by returning, changes it by writing its own fields, and refuses by throwing a
 * `CloisterError`; the path records the stage and the code.
 */
export interface Work {
  readonly request: InferenceRequest;
  readonly signal: AbortSignal;
  readonly startedAt: number;
  caller: Caller | null;
  /** The question and the earlier turns after inspection: this is what reaches the index and the engine. */
  question: string;
  history: readonly Turn[];
  hits: readonly SearchHit[];
  /** How the passages were found; null while they were not looked for. */
  searched: 'hybrid' | 'keyword' | 'vector' | null;
  /** No model is asked: only passages are wanted, or those found do not answer. */
  withheld: boolean;
  model: { readonly name: string; readonly digest: string } | null;
  /** Those of the model's own vocabulary. */
  controlTokens: readonly string[];
  contextTokens: number;
  /** The answer as generated so far, then as checked. */
  text: string;
  answer: Answer | null;
  promptTokens: number | null;
  answerTokens: number | null;
}

export interface Answer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly abstained: boolean;
  /** Sentences dropped because no passage supports them. */
  readonly dropped: number;
  readonly model: string | null;
  readonly promptTokens: number | null;
  readonly answerTokens: number | null;
  readonly milliseconds: number;
}

export type InferenceEvent =
  | { readonly type: 'stage'; readonly stage: StageName }
  | {
      readonly type: 'hits';
      readonly hits: readonly SearchHit[];
      /** `keyword` also for a hybrid search when no embedder answers. */
      readonly used: 'hybrid' | 'keyword' | 'vector';
    }
  | { readonly type: 'delta'; readonly text: string }
  /** Replaces what was streamed: citations checked, unsupported sentences dropped. */
  | { readonly type: 'answer'; readonly answer: Answer };

export interface InferencePath {
  /** Runs every stage in order; the entry in the record is written whatever happens. Throws the refusing code. */
  run(request: InferenceRequest, signal: AbortSignal): AsyncIterable<InferenceEvent>;
  /**
   * Ends every request under way. Resolves when each has its entry in the record; one whose caller does not read on is waited for
   * only a moment. For lock and quit, while the record is still open.
   */
  stopAll(): Promise<void>;
}
