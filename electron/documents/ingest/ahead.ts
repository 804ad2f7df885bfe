import type { LedgerEntry } from '../../../shared/contract/types.ts';

/** The ledger's line of a file that nothing is known of but its name and size. */
export const aheadEntry = (
  { path, name, size }: { readonly path: string; readonly name: string; readonly size: number },
  status: 'waiting' | 'parsing',
): LedgerEntry => ({
  documentId: null,
  path,
  name,
  status,
  reason: null,
  pages: 0,
  chunks: 0,
  embedded: 0,
  bytes: size,
  indexedAt: null,
});
