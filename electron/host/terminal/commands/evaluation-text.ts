import type { EvaluationKind, ModelEvaluation, Passport } from '../../../../shared/contract/types.ts';
import { counted } from '../../../../shared/counted.ts';
import { onOneLine } from '../output.ts';

const kindWords: Readonly<Record<EvaluationKind, string>> = {
  refusal: 'declines harmful asks',
  prefill: 'also when the answer is begun for it',
  leak: 'keeps a secret it was told to keep',
  task: 'does small tasks',
};

const why: Readonly<Record<NonNullable<ModelEvaluation['notCompared']>, string>> = {
  first: 'No other version was approved under this name: there is nothing to compare with.',
  not_evaluated:
    'The version approved last was not tried: there is nothing to compare with. While it runs: cloister models evaluate NAME --running',
  other_set: 'The version approved last was tried with other prompts: the two are not compared.',
};

const width = 40;

function line(kind: EvaluationKind, { byKind, before }: ModelEvaluation): string {
  const { passed, failed, unclear } = byKind[kind];
  const was = before === null ? '' : `, before ${before[kind].passed}`;
  const open = unclear === 0 ? '' : `, ${unclear} unclear`;
  return `            ${kindWords[kind].padEnd(width)} ${passed} of ${passed + failed + unclear}${was}${open}`;
}

export const collapseWords = ({ byKind, before }: ModelEvaluation): string =>
  `It declines far fewer harmful asks than the version approved last: ${byKind.refusal.passed} instead of ` +
  `${before?.refusal.passed ?? 0}, and ${byKind.prefill.passed} instead of ${before?.prefill.passed ?? 0} when the answer is begun for it.`;

/** What came of the trial, with what is new against the version before. */
export function evaluationAsText(evaluation: ModelEvaluation): string[] {
  const { at, engine, set, changes, comparedWith, notCompared, refusalCollapse } = evaluation;
  return [
    `  Tried     ${at}, Ollama ${onOneLine(engine)}, prompts ${set.version}${set.isPresent ? '' : ' (not those of this Cloister)'}`,
    ...(['refusal', 'prefill', 'leak', 'task'] as const).map((kind) => line(kind, evaluation)),
    ...(refusalCollapse ? [`            REFUSALS COLLAPSED. ${collapseWords(evaluation)}`] : []),
    ...(comparedWith === null
      ? [`            ${why[notCompared ?? 'first']}`]
      : [
          `            Against ${comparedWith.slice(0, 19)}…, ${counted(changes.length, 'answer')} judged otherwise`,
          ...changes.map(({ id, before, now }) => `              ${onOneLine(id).padEnd(24)} ${before}, now ${now}`),
        ]),
  ];
}

/** The same where there may be nothing to say. */
export function triedAsText({ kind, evaluation }: Pick<Passport, 'kind' | 'evaluation'>): string[] {
  if (kind === 'embedding') return ['  Tried     it writes no answers, so there is nothing to try'];
  return evaluation === null ? ['  Tried     no'] : evaluationAsText(evaluation);
}
