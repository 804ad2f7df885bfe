import { CloisterError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine/types.ts';
import type { Models } from '../../models/types.ts';
import type { Work } from '../types.ts';

/** The vectors of the request's texts, in order and of unit length. What the engine read must be what was checked. */
export async function embed(
  work: Work,
  engine: Pick<Engine, 'client'>,
  models: Pick<Models, 'confirmLoad'>,
): Promise<readonly Float32Array[]> {
  if (work.model === null) throw new CloisterError('model_missing', 'No embedding model is installed.');
  const client = await engine.client();
  const vectors = await client.embed(work.model.name, work.texts, work.signal);
  await models.confirmLoad(work.model.name);
  return vectors;
}
