import { CloisterError } from '../../../shared/errors.ts';
import type { Models } from '../../models/types.ts';
import type { Work } from '../types.ts';

export const needsModel = (work: Work): boolean => work.request.mode === 'chat' || work.request.mode === 'generate';

/** The named model, or the best installed one that fits. An unapproved or blocked model is never chosen. */
export async function chooseModel(work: Work, models: Pick<Models, 'store' | 'defaultChatModel'>): Promise<void> {
  if (!needsModel(work)) return;
  const named = work.request.model;
  const chosen = named === undefined ? await models.defaultChatModel() : await models.store.find(named);
  if (chosen === null) {
    throw new CloisterError(
      'model_missing',
      named === undefined ? 'No chat model is installed yet.' : `The model ${named} is not installed.`,
    );
  }
  if (chosen.kind === 'embedding') {
    throw new CloisterError(
      'model_missing',
      `${chosen.name} finds passages; it cannot write answers. Choose a chat model.`,
    );
  }
  if (chosen.state !== 'approved') {
    const why = chosen.reason === null ? '' : ` ${chosen.reason}`;
    throw new CloisterError('model_blocked', `${chosen.name} is ${chosen.state} and may not run.${why}`, {
      detail: { state: chosen.state },
    });
  }
  work.model = { name: chosen.name, digest: chosen.digest };
}
