import type { AnswerMode, Citation } from '../../shared/contract/types.ts';
import type { ErrorCode } from '../../shared/errors.ts';

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
  readonly mode: AnswerMode;
  readonly question: string;
  /** Earlier turns, oldest first. */
  readonly history: readonly Turn[];
  readonly collectionId?: string | undefined;
  readonly model?: string | undefined;
  readonly k?: number | undefined;
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

/** A stage lets the request go on, or refuses it; changes are made to the context it returns. */
export type Verdict = { readonly decision: 'allow' } | { readonly decision: 'refuse'; readonly code: ErrorCode };

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
  | { readonly type: 'delta'; readonly text: string }
  /** Replaces what was streamed: citations checked, unsupported sentences dropped. */
  | { readonly type: 'answer'; readonly answer: Answer };

export interface InferencePath {
  /** Runs every stage in order; the entry in the record is written whatever happens. Throws the refusing code. */
  run(request: InferenceRequest, signal: AbortSignal): AsyncIterable<InferenceEvent>;
}
