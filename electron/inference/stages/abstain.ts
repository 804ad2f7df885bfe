import { abstains } from '../../documents/index.ts';
import { readsDocuments } from '../modes.ts';
import type { Work } from '../types.ts';

/**
 * Whether the passages found answer the question, decided once for the whole request: if not, no model is asked to make something
 * up from them. A search wants no answer at all.
 */
export function abstain(work: Work): void {
  const { mode } = work.request;
  if (!readsDocuments(mode)) return;
  work.withheld = mode === 'search' || abstains(work.question, work.hits);
}
