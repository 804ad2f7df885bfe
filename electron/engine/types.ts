import type { EngineStatus } from '../../shared/contract/types.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Always sent: the engine's own default is 4096 below 24 GiB of video memory. Tokens. */
  readonly contextTokens: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
}

export interface ChatChunk {
  readonly text: string;
  readonly done: boolean;
  /** On the last chunk only. */
  readonly promptTokens?: number;
  readonly answerTokens?: number;
  readonly stopReason?: string;
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
