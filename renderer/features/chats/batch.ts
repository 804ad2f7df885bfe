/**
 * Gathers what arrives between two frames. A model may send thousands of events a second; the page is drawn sixty times.
 */
export interface Batch<T> {
  add(item: T): void;
  /** Hands over at once what is waiting. */
  flush(): void;
}

export function createBatch<T>(schedule: (run: () => void) => void, hand: (items: readonly T[]) => void): Batch<T> {
  let waiting: T[] = [];
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    hand(items);
  };
  return {
    add(item) {
      waiting.push(item);
      if (scheduled) return;
      scheduled = true;
      schedule(flush);
    },
    flush,
  };
}

/** The next frame; a hidden window draws none, and its answers must finish all the same. */
export function onNextFrame(run: () => void): void {
  if (document.hidden) setTimeout(run, 100);
  else requestAnimationFrame(() => run());
}
