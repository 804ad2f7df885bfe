/** What the check of one model file may cost, and what its templates may hold. */
export const limits = {
  /** The longest published chat templates have about 20,000 characters. */
  templateLength: 256 * 1024,
  templates: 16,
  /** Blocks within blocks, brackets within brackets. */
  templateDepth: 64,
  /** What counted loops, one within the other, may come to. */
  templateRounds: 10_000,
  /** Texts of the answer: names, licences. */
  textLength: 64 * 1024,
  replyBytes: 1024 * 1024,
  /** `RLIMIT_DATA`: 573 MB are reserved by an idle Node; the rest is for a header of at most 128 MB. */
  dataBytes: 900_000_000,
  heapMegabytes: 96,
  cpuSeconds: 20,
  wallMilliseconds: 30_000,
  openFiles: 64,
  scratchBytes: 1024 * 1024,
} as const;
