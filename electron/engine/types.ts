import type { EngineStatus } from '../../shared/contract/types.ts';

/** A call of a tool that a model asks for. Cloister never makes it: the program that offered the tool does. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A tool as the model is told of it. `parameters` is a JSON Schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Base64, without a `data:` prefix. */
  readonly images?: readonly string[] | undefined;
  readonly thinking?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
  /** Of the tool whose result this is. */
  readonly toolName?: string | undefined;
}

/** How the next token is drawn; what is left out is the model's own. Names and ranges as in Ollama. */
export interface Sampling {
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly repeatPenalty?: number | undefined;
  readonly repeatLastTokens?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly stop?: readonly string[] | undefined;
}

export type Thinking = boolean | 'low' | 'medium' | 'high';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Always sent: the engine's own default is 4096 below 24 GiB of video memory. Tokens. */
  readonly contextTokens: number;
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly seed?: number | undefined;
  readonly sampling?: Sampling | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
  /** The form that the answer must have: any JSON, or a JSON Schema. */
  readonly format?: 'json' | Readonly<Record<string, unknown>> | undefined;
  /** Left out: none, for hidden thinking would only look like a stall. */
  readonly think?: Thinking | undefined;
}

export interface ChatChunk {
  readonly text: string;
  readonly thinking?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
  readonly done: boolean;
  /** On the last chunk only. */
  readonly promptTokens?: number | undefined;
  readonly answerTokens?: number | undefined;
  readonly stopReason?: string | undefined;
}

/** A file that an engine is shown by itself. `to`: its place in Ollama's own layout, such as `blobs/sha256-<hex>`. */
export interface ShownFile {
  readonly from: string;
  readonly to: string;
}

/** What the rest of Cloister may ask of the engine. Only the inference path and the embedder hold one. */
export interface EngineClient {
  /**
   * Ends with `engine_failed` when the engine dies, with `cancelled` when the signal aborts, and with `timeout` when the engine
   * says nothing for too long. The time that the caller takes between two chunks does not count.
   */
  chat(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk>;
  /** One unit-length vector for each text; never cuts input silently (`too_large` instead). `timeout` as above. */
  embed(model: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  loaded(): Promise<{ name: string; bytes: number; gpuBytes: number }[]>;
  unload(model: string): Promise<void>;
  version(): Promise<string>;
}

export interface Engine {
  status(): EngineStatus;
  /** Starts when stopped; waits when starting; resolves when ready. Throws engine_* codes. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ready client; starts the engine when it is not running. */
  client(): Promise<EngineClient>;
  /** Approves the binary that was found, if it still has this hash. */
  trust(sha256: string): Promise<void>;
  onChange(listener: (status: EngineStatus) => void): () => void;
  /** Bytes that a loaded model takes, all its buffers together, by the engine's own account; null when it tells none. */
  report(model: string): Promise<number | null>;
  /** The last lines the engine wrote, redacted; for doctor and diagnostics. */
  logs(): readonly string[];
  dispose(): Promise<void>;
}
