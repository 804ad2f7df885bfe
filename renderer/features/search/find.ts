import type { Collection, ConversationSummary, Passage } from '../../../shared/contract/types.ts';
import { attempt } from '../../bridge/index.ts';

export interface FoundPassages {
  readonly passages: readonly Passage[];
  /** The engine was not at hand, so passages were found by their words alone. */
  readonly byKeyword: boolean;
}

const perCollection = 5;
/** Lines of one kind. */
const most = 8;

async function passagesIn(
  collection: Collection,
  query: string,
): Promise<{ hits: readonly Passage[]; byKeyword: boolean }> {
  const both = await attempt('search.query', { query, collectionId: collection.id, k: perCollection });
  if (both.ok) return { hits: both.value.hits, byKeyword: false };
  if (
    both.error.code !== 'engine_failed' &&
    both.error.code !== 'model_missing' &&
    both.error.code !== 'engine_missing'
  )
    return { hits: [], byKeyword: false };
  const words = await attempt('search.query', {
    query,
    collectionId: collection.id,
    k: perCollection,
    mode: 'keyword',
  });
  return { hits: words.ok ? words.value.hits : [], byKeyword: words.ok };
}

/** Best first over all collections, by turns: scores of different collections cannot be compared. */
export function interleave(lists: readonly (readonly Passage[])[], most: number): Passage[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const mixed: Passage[] = [];
  for (let rank = 0; rank < longest; rank += 1) mixed.push(...lists.flatMap((list) => list.slice(rank, rank + 1)));
  return mixed.slice(0, most);
}

export async function findTalks(query: string): Promise<readonly ConversationSummary[]> {
  const talks = await attempt('chats.list', { query });
  return talks.ok ? talks.value.conversations.slice(0, most) : [];
}

export async function findPassages(query: string, collections: readonly Collection[]): Promise<FoundPassages> {
  const found = await Promise.all(collections.filter((one) => one.chunks > 0).map((one) => passagesIn(one, query)));
  return {
    passages: interleave(
      found.map((one) => one.hits),
      most,
    ),
    byKeyword: found.some((one) => one.byKeyword),
  };
}
