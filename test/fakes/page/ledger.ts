import type { Collection, LedgerEntry } from '../../../shared/contract/types.ts';
import { before, day, minute } from './base.ts';

export const tenancy: Collection = {
  id: 'tenancy',
  name: 'Tenancy',
  label: null,
  documents: 42,
  chunks: 900,
  embedded: 900,
  bytes: 48_200_000,
  failed: 2,
};
export const samples: Collection = {
  id: 'samples',
  name: 'Sample documents',
  label: null,
  documents: 4,
  chunks: 61,
  embedded: 61,
  bytes: 412_000,
  failed: 0,
};
export const emptyCollection: Collection = {
  id: 'house',
  name: 'House papers',
  label: null,
  documents: 0,
  chunks: 0,
  embedded: 0,
  bytes: 0,
  failed: 0,
};

const entry = (name: string, part: Partial<LedgerEntry> = {}): LedgerEntry => ({
  documentId: `doc-${name.replace(/[^a-z0-9]/gi, '')}`,
  path: `/home/ana/Tenancy/${name}`,
  name,
  status: 'indexed',
  reason: null,
  pages: 3,
  chunks: 14,
  embedded: 14,
  bytes: 184_000,
  indexedAt: before(2 * day),
  ...part,
});

export function ledger(many: number): LedgerEntry[] {
  const fixed = [
    entry('Lease agreement.pdf', {
      documentId: 'lease',
      pages: 3,
      chunks: 37,
      bytes: 412_000,
      indexedAt: before(9 * minute),
    }),
    entry('Re: moving out earlier.eml', { documentId: 'mail', pages: 1, chunks: 3, bytes: 9_200 }),
    entry('Heating costs 2025.xlsx', { status: 'unchanged', pages: 2, chunks: 22, bytes: 88_000 }),
    entry('Scan of the handover.pdf', {
      status: 'failed',
      reason: 'All 6 pages are pictures without text. Text recognition is not available yet.',
      pages: 6,
      chunks: 0,
      embedded: 0,
      bytes: 8_400_000,
      indexedAt: null,
    }),
    entry('Bank statements.pdf', {
      status: 'failed',
      documentId: null,
      reason: 'The file is encrypted. Open it, save it without a password, and add it again.',
      pages: 0,
      chunks: 0,
      embedded: 0,
      bytes: 1_200_000,
      indexedAt: null,
    }),
    entry('IMG_2041.heic', {
      status: 'skipped',
      documentId: null,
      reason: 'Pictures are not read yet.',
      pages: 0,
      chunks: 0,
      embedded: 0,
      bytes: 2_900_000,
      indexedAt: null,
    }),
    entry('Old contract (draft).docx', {
      status: 'removed',
      reason: 'The file is gone from its folder.',
      indexedAt: before(12 * day),
    }),
    entry('Notes on the flat.md', { pages: 1, chunks: 6, bytes: 5_400 }),
  ];
  const more = Array.from({ length: many }, (_, at) =>
    entry(`Letter ${String(at + 1).padStart(4, '0')}.docx`, {
      pages: 1 + (at % 4),
      chunks: 4 + (at % 9),
      bytes: 20_000 + at * 731,
    }),
  );
  return [...fixed, ...more];
}
