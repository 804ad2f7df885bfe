import { CloisterError } from '../../../shared/errors.ts';
import type { Models } from '../../models/types.ts';
import { asksModel } from '../modes.ts';
import type { Work } from '../types.ts';

/**
 * The named model, or the best installed one that fits. An unapproved or blocked model is never chosen, nor one that the caller's
 * token does not name.
 */
export async function chooseModel(work: Work, models: Pick<Models, 'store' | 'defaultChatModel'>): Promise<void> {
  if (!asksModel(work.request.mode)) return;
  const { model: named, mode } = work.request;
  const chosen = named === undefined ? await models.defaultChatModel() : await models.store.find(named);
  const allowed = work.caller?.models ?? null;
  // Also where there is no such model: a token does not tell which others are installed.
  if (allowed !== null && !allowed.includes(chosen?.name ?? '')) {
    throw new CloisterError('forbidden', 'This token does not allow that model.', { detail: { rule: 'token.models' } });
  }
  if (chosen === null) {
    throw new CloisterError(
      'model_missing',
      named === undefined ? 'No chat model is installed yet.' : `The model ${named} is not installed.`,
    );
  }
  if (chosen.kind !== (mode === 'embed' ? 'embedding' : 'chat')) {
    throw new CloisterError(
      'model_missing',
      mode === 'embed'
        ? `${chosen.name} writes answers; it does not make vectors. Choose an embedding model.`
        : `${chosen.name} finds passages; it cannot write answers. Choose a chat model.`,
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
