import { CloisterError } from '../../../shared/errors.ts';
import type { DatabaseClient } from '../../vault/types.ts';
import type { DocumentsOperations } from '../database.ts';
import type { PendingChunk } from '../database/embeddings.ts';
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

/** Which passages: all, those of a collection, or in it those of the files at or below some paths. */
export type EmbedScope =
  { readonly collectionId: string | null } | { readonly collectionId: string; readonly paths: readonly string[] };

/** What is to be embedded: one batch after the other, until none is left. */
interface Waiting {
  readonly count: number;
  batches(): AsyncIterable<readonly PendingChunk[]>;
}

async function waitingIn({ database }: EmbedDeps, scope: EmbedScope): Promise<Waiting> {
  const { collectionId } = scope;
  if (!('paths' in scope)) {
    return {
      count: await database.call('documents.pendingCount', { collectionId }),
      async *batches() {
        for (;;) {
          const batch = await database.call('documents.pending', { collectionId, limit: batchSize });
          if (batch.length === 0) return;
          yield batch;
        }
      },
    };
  }
  const chunks = await database.call('documents.pendingBelow', scope);
  return {
    count: chunks.length,
    async *batches() {
      for (let at = 0; at < chunks.length; at += batchSize) {
        const some = chunks.slice(at, at + batchSize);
        yield database.call('documents.pendingAmong', { collectionId: scope.collectionId, chunks: some });
      }
    },
  };
}

/**
 * Embeds what waits for a vector, newest demand first; each batch is one transaction, so it can be stopped anywhere. The
 * search by keyword serves all the while. Resolves with how many were embedded.
 */
export async function embedPending(
  deps: EmbedDeps,
  scope: EmbedScope,
  onBatch: (collectionIds: ReadonlySet<string>, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const { database, embedder } = deps;
  const model = await embedder.model();
  if (model === null) {
    if ((await waitingIn(deps, scope)).count === 0) return 0;
    throw new CloisterError(
      'model_missing',
      'No embedding model is installed, so passages can be found by their words only.',
    );
  }
  await database.call('documents.useEmbedder', model);
  const waiting = await waitingIn(deps, scope);
  let embedded = 0;
  throwIfCancelled(signal);
  for await (const batch of waiting.batches()) {
    throwIfCancelled(signal);
    if (batch.length === 0) continue;
    const vectors = await embedAll(embedder, batch.map(({ input }) => input), signal); // prettier-ignore
    embedded += await database.call('documents.putEmbeddings', {
      digest: model.digest,
      vectors: batch.map(({ chunk, collectionId }, at) => ({ chunk, collectionId, vector: vectorAt(vectors, at) })),
    });
    onBatch(new Set(batch.map((one) => one.collectionId)), embedded, Math.max(embedded, waiting.count));
  }
  return embedded;
}

function vectorAt(vectors: readonly Float32Array[], at: number): Float32Array {
  const vector = vectors[at];
  if (vector === undefined) throw new RangeError('Each text has its vector.');
  return vector;
}
