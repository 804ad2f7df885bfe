import { CloisterError } from '../../../shared/errors.ts';
import type { DatabaseClient } from '../../vault/types.ts';
import type { DocumentsOperations } from '../database.ts';
import type { Embedder } from '../types.ts';
import { embedAll, throwIfCancelled } from './embed-all.ts';

/**
 * Passages a call to the engine, and a transaction. All that a question which arrives meanwhile has to wait for; the engine
 * embeds as many a second in calls of 8, 16, 32 and 96.
 */
const batchSize = 16;

export interface EmbedDeps {
  readonly database: DatabaseClient<DocumentsOperations>;
  readonly embedder: Embedder;
}

/**
 * Embeds what waits for a vector, newest demand first; each batch is one transaction, so it can be stopped anywhere. The
 * search by keyword serves all the while. Resolves with how many were embedded.
 */
export async function embedPending(
  deps: EmbedDeps,
  collectionId: string | null,
  onBatch: (collectionIds: ReadonlySet<string>) => void,
  signal: AbortSignal,
): Promise<number> {
  const { database, embedder } = deps;
  const model = await embedder.model();
  if (model === null) {
    if ((await database.call('documents.pendingCount', { collectionId })) === 0) return 0;
    throw new CloisterError(
      'model_missing',
      'No embedding model is installed, so passages can be found by their words only.',
    );
  }
  await database.call('documents.useEmbedder', model);
  let embedded = 0;
  for (;;) {
    throwIfCancelled(signal);
    const batch = await database.call('documents.pending', { collectionId, limit: batchSize });
    if (batch.length === 0) return embedded;
    const vectors = await embedAll(embedder, batch.map(({ input }) => input), signal); // prettier-ignore
    embedded += await database.call('documents.putEmbeddings', {
      digest: model.digest,
      vectors: batch.map(({ chunk, collectionId }, at) => ({ chunk, collectionId, vector: vectorAt(vectors, at) })),
    });
    onBatch(new Set(batch.map((one) => one.collectionId)));
  }
}

function vectorAt(vectors: readonly Float32Array[], at: number): Float32Array {
  const vector = vectors[at];
  if (vector === undefined) throw new RangeError('Each text has its vector.');
  return vector;
}
