import type { EvaluationProgress } from '../../models/types.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';
import { modelActor } from './models.ts';
import { thinned } from './thin.ts';

type Methods = 'models.evaluate' | 'models.stopEvaluation';

/** Models that are tried before somebody approves them. The news is the event `models.evaluating`. */
export function evaluationHandlers({ rooms, emit }: HandlerDeps): Pick<Handlers, Methods> {
  const { evaluation } = rooms.models;
  return {
    'models.evaluate': async ({ name, running }, caller) => {
      const actor = await modelActor(rooms, caller);
      const told: { last?: EvaluationProgress } = {};
      const tell = (progress: EvaluationProgress): void => emit('models.evaluating', { ...progress, finished: false });
      const tellSome = thinned(tell);
      try {
        return await evaluation.run(name, actor, {
          running,
          onProgress: (progress) => {
            // Of the many pieces of a file some are told; of steps and prompts each.
            if (progress.step === 'verifying' && told.last?.step === 'verifying') tellSome(progress);
            else tell(progress);
            told.last = progress;
          },
        });
      } finally {
        // One that was refused before it began told nothing.
        if (told.last !== undefined) emit('models.evaluating', { ...told.last, finished: true });
      }
    },
    'models.stopEvaluation': async ({ name }) => {
      await evaluation.stop(name);
      return {};
    },
  };
}
