import type { Candidate, Hardware, InstalledModel } from '../../shared/contract/types.ts';

/** Ollama's own layout, read-only for the engine: `blobs/sha256-<hex>`, `manifests/<host>/<namespace>/<name>/<tag>`. */
export interface ModelStore {
  readonly directory: string;
  list(): Promise<InstalledModel[]>;
  /** Full name with tag (`all-minilm:latest`) or null. */
  find(name: string): Promise<InstalledModel | null>;
  /** Hashes every layer unless it was hashed before and is unchanged; `model_changed` when one differs. */
  verify(name: string, signal?: AbortSignal): Promise<{ digest: string }>;
}

export interface Models {
  readonly store: ModelStore;
  /** The model that turns text into vectors, when one is installed. */
  embeddingModel(): Promise<InstalledModel | null>;
  /** The chat model to use when the person named none, or null. */
  defaultChatModel(): Promise<InstalledModel | null>;
  recommend(given?: { vram?: number | undefined; ram?: number | undefined }): Promise<{
    hardware: Hardware;
    candidates: Candidate[];
  }>;
  /** `null` when it fits; otherwise why not, with numbers. */
  doesNotFit(model: InstalledModel, contextTokens: number): Promise<{ reason: string; needs: number; free: number } | null>;
}
