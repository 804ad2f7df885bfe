/**
 * What a GGUF header may hold. Far above any published model (the largest headers, with 260,000 tokens and 580,000
 * merges, take about 20 MB), far below what a hostile file needs to exhaust memory or time.
 */
export const limits = {
  headerBytes: 128 * 1024 * 1024,
  keys: 4096,
  keyBytes: 256,
  stringBytes: 1024 * 1024,
  /** All strings that are kept, together. */
  keptBytes: 8 * 1024 * 1024,
  arrayItems: 4 * 1024 * 1024,
  /** Arrays of numbers up to this length are kept (one number a layer); longer ones are only counted. */
  keptItems: 1024,
  /** The largest known, Gemma 3, has about 6,500, most of them unused. */
  controlTokens: 16_384,
  controlTokenBytes: 512,
  tensors: 65_536,
  /** GGML_MAX_NAME is 64 with the closing zero. */
  tensorNameBytes: 63,
  dimensions: 4,
  alignment: 65_536,
} as const;
