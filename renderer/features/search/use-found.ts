import { useEffect, useState } from 'react';
import type { ConversationSummary } from '../../../shared/contract/types.ts';
import { useDocuments } from '../documents/store.ts';
import { findPassages, findTalks, type FoundPassages } from './find.ts';

export interface Found extends FoundPassages {
  readonly conversations: readonly ConversationSummary[];
}

const nothingFound: Found = { conversations: [], passages: [], byKeyword: false };

/**
 * Asks when the typing pauses; an answer to older words is dropped. Conversations are there at once and shown at once;
 * passages may wait for the engine.
 */
export function useFound(query: string): { found: Found; searching: boolean } {
  const [talks, setTalks] = useState({ query: '', conversations: nothingFound.conversations });
  const [passages, setPassages] = useState<{ query: string; found: FoundPassages }>({ query: '', found: nothingFound });
  useEffect(() => {
    if (query === '') return undefined;
    let over = false;
    const timer = setTimeout(() => {
      void findTalks(query).then((conversations) => (over ? undefined : setTalks({ query, conversations })));
      void findPassages(query, useDocuments.getState().collections ?? []).then((found) =>
        over ? undefined : setPassages({ query, found }),
      );
    }, 160);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [query]);
  if (query === '') return { found: nothingFound, searching: false };
  return {
    found: { ...passages.found, conversations: talks.conversations },
    searching: passages.query !== query || talks.query !== query,
  };
}
