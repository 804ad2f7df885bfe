/** A check that begins before all is hashed. */
export interface BesideCheck {
  /** One more layer lies there whole. */
  written(): void;
  /** What it found; asked for only when every hash holds. */
  verdict(): Promise<void>;
  /** Stops it, and waits for its end. */
  drop(): Promise<void>;
}

/**
 * Begins the check with the last byte of the last layer, while the hash still follows. What it finds counts only after the hash:
 * of bytes that are not the announced ones nobody is told whether they are well formed.
 */
export function checkBeside(
  layers: number,
  check: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): BesideCheck {
  const stop = new AbortController();
  let left = layers;
  let running: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    running ??= check(AbortSignal.any([signal, stop.signal]));
    running.catch(() => undefined);
    return running;
  };
  return {
    written() {
      left -= 1;
      if (left === 0) void begin();
    },
    verdict: begin,
    async drop() {
      stop.abort(new Error('The layers are not what was announced.'));
      await running?.catch(() => undefined);
    },
  };
}
