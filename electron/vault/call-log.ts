import type { DatabaseDiagnostics } from './types.ts';

/** Milliseconds over which an operation counts as slow: a frame and a half, during which every other one waits. */
export const slowOver = 40;

export interface CallLog {
  note(name: string, ms: number): void;
  read(): DatabaseDiagnostics;
}

/** How often and how long, by name of the operation; never with what. */
export function createCallLog(): CallLog {
  const slow = new Map<string, { count: number; worstMs: number }>();
  let calls = 0;
  return {
    note(name, ms) {
      calls += 1;
      if (ms <= slowOver) return;
      const before = slow.get(name) ?? { count: 0, worstMs: 0 };
      slow.set(name, { count: before.count + 1, worstMs: Math.max(before.worstMs, ms) });
    },
    read: () => ({ calls, slow: [...slow.entries()].map(([name, counted]) => ({ name, ...counted })) }),
  };
}
