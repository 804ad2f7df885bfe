import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import { useState } from 'react';
import type { EvaluationVerdict, ModelEvaluation } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';

const looks = {
  passed: { icon: CircleCheck, tone: 'tone-good' },
  unclear: { icon: CircleHelp, tone: 'tone-caution' },
  failed: { icon: CircleX, tone: 'tone-bad' },
} as const satisfies Record<EvaluationVerdict, unknown>;

type Case = ModelEvaluation['cases'][number];

/** What came of one prompt. The answer was written by the model: it is shown as text, and nothing in it is followed. */
function Answer({ given, change }: { readonly given: Case; readonly change: string | null }) {
  const { icon: Icon, tone } = looks[given.verdict];
  return (
    <li>
      <Icon size={15} strokeWidth={1.75} className={tone} aria-label={t.trials.verdict[given.verdict]} />
      <div>
        <p>
          <strong>{given.title}</strong> {t.trials.found[given.found] ?? t.trials.verdict[given.verdict]}
        </p>
        {change === null ? null : <p className="tone-caution">{change}</p>}
        {given.answer === '' ? null : <blockquote className="soft">{given.answer}</blockquote>}
      </div>
    </li>
  );
}

function changeOf({ changes }: ModelEvaluation, id: string): string | null {
  const found = changes.find((each) => each.id === id);
  if (found === undefined) return null;
  const { verdict } = t.trials;
  return t.trials.changed(verdict[found.before], verdict[found.now]);
}

/** Those that are judged otherwise than of the version before; all of them when asked for. */
export function TrialAnswers({ evaluation }: { readonly evaluation: ModelEvaluation }) {
  const [all, setAll] = useState(false);
  const { cases, changes, comparedWith } = evaluation;
  const changed = new Set(changes.map(({ id }) => id));
  const shown = all ? cases : cases.filter(({ id }) => changed.has(id));
  return (
    <div className="trial-answers small">
      {comparedWith === null ? null : <p className="soft">{t.trials.changes(changes.length)}</p>}
      {shown.length === 0 ? null : (
        <ul aria-label={t.trials.answers}>
          {shown.map((each) => (
            <Answer key={each.id} given={each} change={changeOf(evaluation, each.id)} />
          ))}
        </ul>
      )}
      <div>
        <Button size="small" onPress={() => setAll(!all)}>
          {all ? t.trials.answersHide : t.trials.answersShow}
        </Button>
      </div>
    </div>
  );
}
