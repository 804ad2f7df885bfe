import type { AnswerMode, Citation } from '../../shared/contract/types.ts';
import type { SearchHit } from '../documents/types.ts';
import type { ChatMessage, Sampling, Thinking, ToolCall, ToolDefinition } from '../engine/types.ts';

/** Who asks. Built by `authenticate` from a token, never taken from the request. */
export interface Caller {
  readonly subject: string;
  readonly session: string;
  readonly origin: 'page' | 'cli' | 'gateway';
  readonly scopes: readonly string[];
  /** The program that the token was issued to; null for our own doors. */
  readonly client: string | null;
  /** The models it may use, by their full names; null: every approved one. */
  readonly models: readonly string[] | null;
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** A talk as another program sends it: whole, with its own instructions, and answered as it stands. Nothing is looked up for it. */
export interface ClientConversation {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ToolDefinition[] | undefined;
  readonly format?: 'json' | Readonly<Record<string, unknown>> | undefined;
  readonly think?: Thinking | undefined;
  readonly temperature?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly sampling?: Sampling | undefined;
}

export interface InferenceRequest {
  readonly id: string;
  readonly token: string;
  readonly origin: Caller['origin'];
  /** `search`: passages only, no answer. `embed`: the vectors of `texts`. */
  readonly mode: AnswerMode | 'search' | 'embed';
  readonly question: string;
  /** Of a `chat` from another program; it takes the place of the question and the earlier turns. */
  readonly conversation?: ClientConversation | undefined;
  readonly texts?: readonly string[] | undefined;
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
  conversation: ClientConversation | null;
  texts: readonly string[];
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
  stopReason: string | null;
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
  /** Why the engine ended, in its own word; null where it was not asked. */
  readonly stopReason: string | null;
  readonly milliseconds: number;
}

/** A piece of an answer as it is written. Thinking and calls of tools come only where the request asked for them. */
export interface Piece {
  readonly text: string;
  readonly thinking?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
}

export type InferenceEvent =
  | { readonly type: 'stage'; readonly stage: StageName }
  | {
      readonly type: 'hits';
      readonly hits: readonly SearchHit[];
      /** `keyword` also for a hybrid search when no embedder answers. */
      readonly used: 'hybrid' | 'keyword' | 'vector';
    }
  | ({ readonly type: 'delta' } & Piece)
  /** One of unit length for each text, in order. */
  | { readonly type: 'vectors'; readonly vectors: readonly Float32Array[] }
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
