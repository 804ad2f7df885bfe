/**
 * Notices lost events. Each event counts its own numbers, whatever request or collection a payload belongs to. The first
 * number seen is taken as it is: the page may have been opened in the middle.
 */
export interface SequenceWatch {
  /** True when events are missing before this one. */
  gapBefore(sequence: number): boolean;
}

export function createSequenceWatch(): SequenceWatch {
  let last: number | null = null;
  return {
    gapBefore(sequence) {
      const before = last;
      last = before === null ? sequence : Math.max(before, sequence);
      return before !== null && sequence > before + 1;
    },
  };
}
