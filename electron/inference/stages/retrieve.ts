import type { Documents } from '../../documents/types.ts';
import { readsDocuments } from '../modes.ts';
import type { Work } from '../types.ts';

/** Passages given to a model: about 2,000 tokens, which leaves room for history and answer in a 4k context. */
export const passagesForAnswer = 8;

/** The passages the caller may read that fit the question; earlier questions of the talk are fused in as lists of their own. */
export async function retrieve(work: Work, documents: Pick<Documents, 'search'>): Promise<void> {
  const { request } = work;
  if (!readsDocuments(request.mode) || request.collectionId === undefined) return;
  const found = await documents.search(
    {
      collectionIds: [request.collectionId],
      query: work.question,
      earlier: work.history.filter((turn) => turn.role === 'user').map((turn) => turn.text),
      k: request.k ?? passagesForAnswer,
      mode: request.searchMode ?? 'hybrid',
    },
    work.signal,
  );
  work.hits = found.hits;
  work.searched = found.used;
}
