import { create } from 'zustand';
import type { ModelFit } from '../../../shared/contract/types.ts';
import { attempt } from '../../bridge/index.ts';

export type { ModelFit };

/** Lengths that can be chosen. Tokens. */
export const lengths = [2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072] as const;

type ByName = Readonly<Record<string, ModelFit>>;

interface Fits {
  readonly contextTokens: number;
  /** What is known of each model, for the length it was last asked for. */
  readonly known: ByName;
}

export const useFits = create<Fits>(() => ({ contextTokens: 8192, known: {} }));

/** By length, until memory changes: a slider that comes back asks for nothing. */
const answered = new Map<number, ByName>();

/** What is free has changed. What is shown stays until the new answer is here. */
export const forgetFits = (): void => answered.clear();

export function chooseLength(contextTokens: number): void {
  useFits.setState(({ known }) => ({ contextTokens, known: { ...known, ...answered.get(contextTokens) } }));
}

interface Wanted {
  readonly names: readonly string[];
  readonly contextTokens: number;
}

let wanted: Wanted | null = null;
let asking = false;

/**
 * Asks for these models with this length, all in one call. While a call is under way only the last wish waits, so that a slider
 * that passes by many lengths asks for few.
 */
export async function readFits(names: readonly string[], contextTokens: number): Promise<void> {
  wanted = { names, contextTokens };
  if (asking) return;
  asking = true;
  try {
    for (let next = take(); next !== null; next = take()) await ask(next);
  } finally {
    asking = false;
  }
}

function take(): Wanted | null {
  const next = wanted;
  wanted = null;
  return next;
}

async function ask({ names, contextTokens }: Wanted): Promise<void> {
  const missing = names.filter((name) => answered.get(contextTokens)?.[name] === undefined);
  if (missing.length === 0) return;
  const result = await attempt('models.fit', { names: missing, contextTokens });
  if (!result.ok) return;
  const fits = Object.fromEntries(result.value.fits.map((fit) => [fit.name, fit]));
  answered.set(contextTokens, { ...answered.get(contextTokens), ...fits });
  useFits.setState((state) => (state.contextTokens === contextTokens ? { known: { ...state.known, ...fits } } : {}));
}
