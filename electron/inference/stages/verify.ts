import { CloisterError } from '../../../shared/errors.ts';
import type { ModelStore } from '../../models/types.ts';
import type { Work } from '../types.ts';

/** Every layer is what its digest says, or the request ends here. */
export async function verify(work: Work, store: Pick<ModelStore, 'verify'>): Promise<void> {
  if (work.model === null) return;
  const { digest } = await store.verify(work.model.name, work.signal);
  if (digest !== work.model.digest) {
    throw new CloisterError(
      'model_changed',
      `${work.model.name} is not the model it was a moment ago. It was not loaded.`,
    );
  }
}
