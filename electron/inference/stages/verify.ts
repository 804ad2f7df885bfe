import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { ModelStore } from '../../models/types.ts';
import type { Work } from '../types.ts';

/**
 * Every layer is what its digest says, or the request ends here. The weights then tell which control tokens their tokenizer cuts
 * out of a prompt; a header that does not hold is no model to run.
 */
export async function verify(work: Work, store: Pick<ModelStore, 'verify' | 'controlTokens'>): Promise<void> {
  const { model } = work;
  if (model === null) return;
  try {
    const { digest } = await store.verify(model.name, work.signal);
    if (digest !== model.digest) {
      throw new CloisterError(
        'model_changed',
        `${model.name} is not the model it was a moment ago. It was not loaded.`,
      );
    }
    work.controlTokens = await store.controlTokens(model.name);
  } catch (thrown) {
    if (codeOf(thrown) !== 'unsupported_type') throw thrown;
    throw new CloisterError('model_blocked', `${model.name} may not run: its file does not hold together.`, {
      cause: thrown,
    });
  }
}
