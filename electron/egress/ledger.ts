import type { EgressAttempt } from './types.ts';

/** Attempts kept in words; the totals count all of them. */
const capacity = 1000;

export interface Ledger {
  /** Writes an attempt down before it is made. `received` adds to its bytes as they arrive. */
  note(attempt: { host: string; purpose: string; allowed: boolean }): { received: (bytes: number) => void };
  attempts(): readonly EgressAttempt[];
  totals(): { made: number; refused: number };
}

export function createLedger(now: () => Date, onChange: () => void): Ledger {
  const kept: { at: string; host: string; purpose: string; allowed: boolean; bytes: number }[] = [];
  let made = 0;
  let refused = 0;
  return {
    note(attempt) {
      const line = { at: now().toISOString(), ...attempt, bytes: 0 };
      kept.push(line);
      if (kept.length > capacity) kept.shift();
      if (attempt.allowed) made += 1;
      else refused += 1;
      onChange();
      return { received: (bytes) => void (line.bytes += bytes) };
    },
    attempts: () => kept.map((line) => ({ ...line })),
    totals: () => ({ made, refused }),
  };
}
