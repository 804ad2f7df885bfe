import { create } from 'zustand';
import type { Candidate, ModelRules } from '../../../shared/contract/types.ts';
import { attempt } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';

/** Null while it was not read yet: nothing is hidden or offered by guess, and the application refuses what is forbidden. */
export const useRules = create<{ readonly rules: ModelRules | null }>(() => ({ rules: null }));

export const resetRules = (): void => useRules.setState({ rules: null });

export async function readRules(): Promise<void> {
  const result = await attempt('models.rules', {});
  if (result.ok) useRules.setState({ rules: result.value });
}

/** False once it is known that policy does not allow downloads. */
export const useMayPull = (): boolean => useRules(({ rules }) => rules?.allowPull.value !== false);

/** True once it is known that a model has to be tried before anybody approves it. */
export const useMustTry = (): boolean => useRules(({ rules }) => rules?.evaluation.value === 'required');

/** Whether policy lets a model run where it would have to. */
export function mayRunOn(rules: ModelRules | null, place: Candidate['fits']): boolean {
  if (rules === null) return true;
  return (place !== 'cpu' || rules.allowProcessor.value) && (place !== 'split' || rules.allowSplit.value);
}

/** A sentence for each thing that somebody else decided, in the order in which people meet them. */
export function decidedOf(rules: ModelRules): readonly string[] {
  const words = t.rules;
  const isSet = (rule: { readonly source: string }): boolean => rule.source !== 'usual';
  const says = (rule: { readonly value: unknown; readonly source: string }, value: unknown, sentence: string) =>
    isSet(rule) && rule.value === value ? [sentence] : [];
  const {
    allowPull,
    allowOtherRegistries,
    approval,
    evaluation,
    verification,
    allowProcessor,
    allowSplit,
    longestContext,
  } = rules;
  return [
    ...says(allowPull, false, words.allowPull),
    ...(allowPull.value ? says(allowOtherRegistries, false, words.allowOtherRegistries) : []),
    ...says(approval, 'required', words.approval),
    ...says(evaluation, 'required', words.evaluation),
    ...(rules.publishers.locked ? [words.publishers] : []),
    ...says(verification, 'always', words.always),
    ...says(verification, 'when-changed', words.whenChanged),
    ...says(allowProcessor, false, words.allowProcessor),
    ...says(allowSplit, false, words.allowSplit),
    ...(isSet(longestContext) ? [words.longestContext(longestContext.value)] : []),
  ];
}

export const isStrictest = ({ allowPull }: ModelRules): boolean => allowPull.source === 'strictest';
