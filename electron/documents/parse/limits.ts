/** What one document may cost. Sizes in bytes, times in milliseconds unless named otherwise. */
export const limits = {
  fileBytes: 100 * 1024 * 1024,
  /** Everything an archive gives back, one entry of it, and how far an entry may expand. Office files reach 40:1. */
  inflatedBytes: 200 * 1024 * 1024,
  entryBytes: 50 * 1024 * 1024,
  inflateRatio: 200,
  /** Below this an entry may have any ratio: a page of spaces is no bomb. */
  inflateRatioFloor: 1024 * 1024,
  entries: 10_000,
  xmlDepth: 256,
  pages: 5_000,
  cells: 2_000_000,
  /** Mail in mail, archive in mail: how deep attachments are opened, and how many of them. */
  nesting: 3,
  attachments: 200,
  textLength: 20_000_000,
  blocks: 600_000,
  headingDepth: 12,
  headingLength: 300,
  warnings: 20,
  /** The answer of the sandbox: text, blocks and boxes as JSON. */
  replyBytes: 128 * 1024 * 1024,
  /**
   * `RLIMIT_DATA`: V8's own limits let Buffers through. It counts what is reserved, and an idle Node 24 reserves 573 MB
   * (measured); the rest, about 630 MB, is what a document can use.
   */
  dataBytes: 1_200_000_000,
  heapMegabytes: 512,
  cpuSeconds: 60,
  openFiles: 64,
  scratchBytes: 1024 * 1024,
  /** When a process that reads several files is given up after an answer: see `isSpent`. */
  shared: {
    files: 32,
    /** Wall time of one file, and of all: far below `cpuSeconds`, which the kernel counts for the whole process. */
    fileMilliseconds: 4_000,
    allMilliseconds: 20_000,
    /** Of its heap and what hangs on it; a fresh process holds 25 MB. */
    heapBytes: 300 * 1024 * 1024,
    idleMilliseconds: 5_000,
  },
} as const;

/** Wall time: a file that needs longer is stuck, not large. Measured: 100 MB of text takes 6 s. */
export function wallTime(bytes: number): number {
  return Math.min(120_000, 30_000 + (bytes / (1024 * 1024)) * 1_000);
}
