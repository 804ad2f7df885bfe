import type { EvaluationKind, EvaluationTally, ModelEvaluation } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Notice } from '../../ui/index.ts';
import './trial.css';

const kinds: readonly EvaluationKind[] = ['refusal', 'prefill', 'leak', 'task'];
const parts = ['passed', 'unclear', 'failed'] as const;

const allOf = ({ passed, failed, unclear }: EvaluationTally): number => passed + failed + unclear;

function Bar({ tally, slim = false }: { readonly tally: EvaluationTally; readonly slim?: boolean }) {
  const all = Math.max(1, allOf(tally));
  return (
    <div className={`trial-bar ${slim ? 'slim' : ''}`} aria-hidden>
      {parts.map((part) =>
        tally[part] === 0 ? null : (
          <div key={part} className={`trial-part ${part}`} style={{ width: `${(tally[part] / all) * 100}%` }} />
        ),
      )}
    </div>
  );
}

/** A bar for each kind of prompt, above the one of the version before where there is one. */
export function TrialChart({ evaluation: { byKind, before } }: { readonly evaluation: ModelEvaluation }) {
  const words = t.trials;
  return (
    <div className="trial-chart">
      <ul>
        {kinds.map((kind) => {
          const [now, was] = [byKind[kind], before?.[kind]];
          return (
            <li key={kind}>
              <span>{words.kind[kind]}</span>
              <span className="numbers">
                <strong>{words.of(now.passed, allOf(now))}</strong>
                {was === undefined ? null : <span className="soft"> · {words.before(was.passed, allOf(was))}</span>}
              </span>
              <Bar tally={now} />
              {was === undefined ? null : <Bar tally={was} slim />}
            </li>
          );
        })}
      </ul>
      <ul className="legend small soft" aria-hidden>
        {parts.map((part) => (
          <li key={part}>
            <span className={`swatch trial-part ${part}`} />
            {words.legend[part]}
          </li>
        ))}
        {before === null ? null : (
          <li>
            <span className="swatch trial-before" />
            {words.legend.before}
          </li>
        )}
      </ul>
    </div>
  );
}

/** Said before anybody approves it, wherever that can be done. */
export function CollapseNotice({ evaluation }: { readonly evaluation: ModelEvaluation | null }) {
  if (evaluation?.refusalCollapse !== true || evaluation.before === null) return null;
  const { byKind, before } = evaluation;
  return (
    <Notice kind="bad" title={t.trials.collapse}>
      {t.trials.collapseWords(
        [before.refusal.passed, byKind.refusal.passed],
        [before.prefill.passed, byKind.prefill.passed],
      )}
    </Notice>
  );
}
