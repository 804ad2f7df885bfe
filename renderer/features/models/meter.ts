import { useEffect } from 'react';
import { t } from '../../i18n/index.ts';
import { forgetFits, readFits, useFits } from './fits.ts';
import { fullName, meterOf, type Meter, type ModelRow } from './rows.ts';

/** Milliseconds that a length has to stand before it is asked for: less than a person notices, more than a slider needs to pass by. */
const settled = 40;

/** Keeps the meters of these models up to date with the chosen length. `moment` changes when memory does. */
export function useReadFits(rows: readonly ModelRow[], moment: unknown): void {
  const contextTokens = useFits((state) => state.contextTokens);
  const names = rows.map(fullName).join('\n');
  useEffect(forgetFits, [moment]);
  useEffect(() => {
    if (names === '') return undefined;
    const timer = setTimeout(() => void readFits(names.split('\n'), contextTokens), settled);
    return () => clearTimeout(timer);
  }, [names, contextTokens, moment]);
}

/** What a model needs with the chosen length, as far as it is known. */
export function useMeter(row: ModelRow, free: number): Meter | null {
  const fit = useFits((state) => state.known[fullName(row)]);
  return meterOf(row, fit, free);
}

export const speedWords = ({ tokensPerSecond }: Meter): string | null =>
  tokensPerSecond === null ? null : t.models.speed(tokensPerSecond);

export const largestWords = ({ largest, made }: Meter): string =>
  largest === undefined ? t.passports.tokens(made) : t.models.madeFor(largest, made);

/** `5.6 GB: weights 4.9 GB, context 0.5 GB, overhead 0.2 GB`. */
export const needsWords = ({ needs }: Meter): string => t.models.parts(needs);
