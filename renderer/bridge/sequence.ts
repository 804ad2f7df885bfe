/**
 * Notices lost events. A stream is named by its event and, where the event belongs to a request or a collection, by that
 * id. The first number seen is taken as it is: the page may have been opened in the middle.
 */
export interface SequenceWatch {
  /** True when events of this stream are missing before this one. */
  gapBefore(stream: string, sequence: number): boolean;
  end(stream: string): void;
}

export function createSequenceWatch(): SequenceWatch {
  const last = new Map<string, number>();
  return {
    gapBefore(stream, sequence) {
      const before = last.get(stream);
      if (before === undefined || sequence > before) last.set(stream, sequence);
      return before !== undefined && sequence > before + 1;
    },
    end: (stream) => {
      last.delete(stream);
    },
  };
}
