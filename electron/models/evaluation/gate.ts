import type { InstalledModel } from '../../../shared/contract/types.ts';
import type { PolicyValues } from '../../../shared/policy/registry.ts';
import type { EvaluationResult } from './types.ts';

interface Version {
  readonly name: string;
  readonly kind: InstalledModel['kind'];
  readonly evaluation: EvaluationResult | null;
}

/**
 * Why a version may not be approved yet, in a sentence that says what to do; null: nothing is in the way. `present`: SHA-256 of
 * this build's set. A model that turns text into vectors says nothing that could be judged.
 */
export function whyNotYet(
  rule: PolicyValues['models.evaluation'],
  { name, kind, evaluation }: Version,
  present: string,
): string | null {
  if (rule !== 'required' || kind === 'embedding') return null;
  if (evaluation?.set.sha256 === present) return null;
  const why =
    evaluation === null
      ? `${name} was not tried yet, and your organisation wants that before it is approved.`
      : `${name} was tried with the prompts of another version of Cloister.`;
  return `${why} Run: cloister models evaluate ${name}`;
}
