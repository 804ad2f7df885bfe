import { create } from 'zustand';
import type { Output } from '../../../shared/contract/index.ts';
import { attempt } from '../../bridge/index.ts';

/** Lengths that can be chosen. Tokens. */
export const lengths = [2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072] as const;

export type ModelFit = Output<'models.fit'>;

interface Fits {
  readonly contextTokens: number;
  /** What is known of each model, for the length it was last asked for. */
  readonly known: Readonly<Record<string, ModelFit>>;
}

export const useFits = create<Fits>(() => ({ contextTokens: 8192, known: {} }));

export const chooseLength = (contextTokens: number): void => useFits.setState({ contextTokens });

/** Asked at the same time. */
const atOnce = 3;

/** Asks for each of these models with this length, first to last. What is known meanwhile is what was asked before. */
export async function readFits(names: readonly string[], contextTokens: number, signal: AbortSignal): Promise<void> {
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await attempt('models.fit', { name, contextTokens });
      if (signal.aborted) return;
      if (result.ok) keep(name, result.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

const keep = (name: string, fit: ModelFit): void =>
  useFits.setState(({ known }) => ({ known: { ...known, [name]: fit } }));
