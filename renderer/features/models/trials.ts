import { create } from 'zustand';
import type { EventPayload } from '../../../shared/contract/index.ts';
import { attempt, listen, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { announce, rescueFocus } from '../../ui/index.ts';
import { readPassport } from './passports.ts';
import { bare } from './store.ts';

export type TrialRun = Pick<EventPayload<'models.evaluating'>, 'step' | 'done' | 'total'>;

interface Trials {
  /** Models that are tried now; the application tries one at a time. */
  readonly running: Readonly<Record<string, TrialRun>>;
  /** Why the last trial of a model came to nothing. */
  readonly failures: Readonly<Record<string, Failure>>;
}

const start: Trials = { running: {}, failures: {} };

export const useTrials = create<Trials>(() => start);

export const resetTrials = (): void => useTrials.setState(start, true);

const without = <Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

const show = (name: string, run: TrialRun): void =>
  useTrials.setState(({ running }) => ({ running: { ...running, [name]: run } }));

const end = (name: string): void => useTrials.setState(({ running }) => ({ running: without(running, name) }));

export function followTrials(signal: AbortSignal): void {
  listen('models.evaluating', {
    signal,
    hear: ({ name, step, done, total, finished }) => {
      if (!finished) {
        show(name, { step, done, total });
        return;
      }
      end(name);
      void readPassport(name);
    },
    // The end of a run may be among what was lost.
    gap: () => useTrials.setState({ running: {} }),
  });
}

/** `running`: the version that runs, as something to compare with. */
export async function tryOut(name: string, running = false): Promise<void> {
  useTrials.setState(({ failures }) => ({ failures: without(failures, name) }));
  show(name, { step: 'starting', done: 0, total: 0 });
  const result = await attempt('models.evaluate', { name, running });
  end(name);
  if (result.ok) {
    // What is shown under the name may be another version than the one that was tried.
    await readPassport(name);
    const collapsed = result.value.evaluation?.refusalCollapse === true;
    rescueFocus('.modal .trial .button', '.trial .button', 'main h1');
    announce(collapsed ? t.trials.finishedBad(bare(name)) : t.trials.finished(bare(name)));
    return;
  }
  rescueFocus('.modal .trial .button', '.trial .button', 'main h1');
  if (result.error.code === 'cancelled') announce(t.trials.stopped(bare(name)));
  else useTrials.setState(({ failures }) => ({ failures: { ...failures, [name]: result.error } }));
}

export async function stopTrial(name: string): Promise<void> {
  await attempt('models.stopEvaluation', { name });
}

/** How far it is, in per cent: hashing and loading take a part of it that nobody can foresee. */
export function shareOfTrial({ step, done, total }: TrialRun): number {
  const part = total === 0 ? 0 : done / total;
  switch (step) {
    case 'starting':
      return 0;
    case 'verifying':
      return 2 + 10 * part;
    case 'loading':
      return 14;
    case 'asking':
      return 16 + 84 * part;
  }
}
