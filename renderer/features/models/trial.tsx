import { FlaskConical, Square } from 'lucide-react';
import { useState } from 'react';
import type { ModelEvaluation, Passport } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, FailureNotice, Progress } from '../../ui/index.ts';
import { bare } from './store.ts';
import { TrialAnswers } from './trial-answers.tsx';
import { CollapseNotice, TrialChart } from './trial-chart.tsx';
import { shareOfTrial, stopTrial, tryOut, useTrials, type TrialRun } from './trials.ts';

const stepWords = ({ step, done, total }: TrialRun): string =>
  step === 'asking' ? t.trials.step.asking(done, total) : t.trials.step[step];

/** `runs`: a version of this name runs already, to which a new one can be compared. */
export function TrialStep({
  name,
  passport,
  runs,
}: {
  readonly name: string;
  readonly passport: Passport;
  readonly runs: boolean;
}) {
  const words = t.trials;
  const { kind, evaluation, state } = passport;
  const run = useTrials((store) => store.running[name]);
  const failure = useTrials((store) => store.failures[name]);
  // The panel and the passport above it show the same run; the focus stays where it was begun.
  const [isBegunHere, setBegunHere] = useState(false);
  const begin = (running: boolean): void => {
    setBegunHere(true);
    void tryOut(name, running).finally(() => setBegunHere(false));
  };
  if (kind === 'embedding') return null;
  return (
    <section className="trial" aria-label={words.title}>
      <h3>{evaluation !== null ? words.titleKept : state === 'approved' ? words.start : words.title}</h3>
      {evaluation === null ? <p className="small soft">{words.words}</p> : <Came evaluation={evaluation} />}
      {failure === undefined ? null : <FailureNotice failure={failure} />}
      {run === undefined ? (
        <div className="panel-actions">
          <Button
            size="small"
            icon={FlaskConical}
            look={evaluation === null && state !== 'approved' ? 'primary' : 'plain'}
            onPress={() => begin(false)}
          >
            {evaluation === null ? words.start : words.again}
          </Button>
          {runs && evaluation?.notCompared === 'not_evaluated' ? (
            <Button size="small" icon={FlaskConical} onPress={() => begin(true)}>
              {words.startRunning}
            </Button>
          ) : null}
        </div>
      ) : (
        <Running name={name} run={run} takesFocus={isBegunHere} />
      )}
    </section>
  );
}

interface RunningProps {
  readonly name: string;
  readonly run: TrialRun;
  readonly takesFocus: boolean;
}

function Running({ name, run, takesFocus }: RunningProps) {
  return (
    <>
      <Progress label={t.trials.trying(bare(name))} value={shareOfTrial(run)} of={100} />
      <div className="trial-running">
        <span className="small soft numbers">{stepWords(run)}</span>
        <Button size="small" icon={Square} autoFocus={takesFocus} onPress={() => void stopTrial(name)}>
          {t.trials.stop}
        </Button>
      </div>
    </>
  );
}

function Came({ evaluation }: { readonly evaluation: ModelEvaluation }) {
  const words = t.trials;
  const { at, engine, set, notCompared } = evaluation;
  return (
    <>
      <CollapseNotice evaluation={evaluation} />
      <TrialChart evaluation={evaluation} />
      {set.isPresent ? null : <p className="small tone-caution">{words.otherSet}</p>}
      {notCompared === null ? null : <p className="small soft">{words.notCompared[notCompared]}</p>}
      <p className="small soft">{words.made(format.ago(at), engine, set.version)}</p>
    </>
  );
}

/** The same in the passport, with what it said. */
export function KeptTrial({ name, passport }: { readonly name: string; readonly passport: Passport }) {
  const { kind, evaluation } = passport;
  return (
    <section className="passport-part">
      {kind === 'embedding' ? (
        <>
          <h3>{t.trials.title}</h3>
          <p className="small soft">{t.trials.embedding}</p>
        </>
      ) : (
        <TrialStep name={name} passport={passport} runs={passport.state === 'approved'} />
      )}
      {evaluation === null ? null : <TrialAnswers evaluation={evaluation} />}
    </section>
  );
}
