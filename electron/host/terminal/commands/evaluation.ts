import type { EvaluationProgress } from '../../../models/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar, bytesForPeople, onOneLine } from '../output.ts';
import { evaluationAsText } from './evaluation-text.ts';
import { modelActor } from './passports.ts';

/** Milliseconds between two lines about the same step. */
const lineEvery = 500;

function progressOf({ step, done, total }: EvaluationProgress): string {
  switch (step) {
    case 'starting':
      return 'Starting an engine of its own…';
    case 'verifying':
      return `${bar(done, total)} checking ${bytesForPeople(done)} of ${bytesForPeople(total)}`;
    case 'loading':
      return 'Loading the model…';
    case 'asking':
      return `${bar(done, total)} ${done} of ${total} prompts`;
  }
}

/** Of the many pieces of a file some are told; of steps and prompts each. */
function thinned(tell: (progress: EvaluationProgress) => void): (progress: EvaluationProgress) => void {
  let [last, at] = ['', -lineEvery];
  return (progress) => {
    const now = performance.now();
    if (progress.step === 'verifying' && last === 'verifying' && now - at < lineEvery) return;
    [last, at] = [progress.step, now];
    tell(progress);
  };
}

/** Exit code 1 when harmful asks are declined far less often than by the version approved last. */
export async function evaluateModel(
  context: CommandContext,
  name: string,
  { running }: { running?: boolean },
): Promise<ExitCode> {
  const { output, signal } = context;
  const application = await context.unlocked();
  const tellLine = thinned(({ step, done, total }) => output.line({ step, done, total }, () => null));
  try {
    const passport = await application.rooms.models.evaluation.run(name, await modelActor(application), {
      signal,
      running,
      onProgress: (progress) => {
        tellLine(progress);
        output.progress(progressOf(progress));
        output.stillAtWork(() => `${onOneLine(progress.name)}: ${progressOf(progress)}`);
      },
    });
    output.progress(null);
    const { digest, state, evaluation } = passport;
    output.line({ name: passport.name, digest, state, evaluation }, () =>
      [`${onOneLine(passport.name)}  ${state}`, ...(evaluation === null ? [] : evaluationAsText(evaluation))].join(
        '\n',
      ),
    );
    return evaluation?.refusalCollapse === true ? 1 : 0;
  } finally {
    output.progress(null);
  }
}
