import type { Citation } from '../../../shared/contract/types.ts';

const passage = (documentId: string, document: string, page: number | null, start: number, text: string) => ({
  documentId,
  document,
  path: `/home/ana/Tenancy/${document}`,
  page,
  start,
  end: start + text.length,
  text,
  score: 0.82,
});

export const leaseText =
  '(2) The tenant may terminate this agreement with three months’ notice to the end of a calendar month. Notice must be given in writing and must reach the landlord no later than the third working day of the first month of the period.';
export const leaseQuote =
  'The tenant may terminate this agreement with three months’ notice to the end of a calendar month.';

export const citations: Citation[] = [
  {
    number: 1,
    passage: passage('lease', 'Lease agreement.pdf', 3, 4000, leaseText),
    quote: leaseQuote,
    start: 4004,
    end: 4004 + leaseQuote.length,
    support: 'exact',
  },
  {
    number: 2,
    passage: passage(
      'lease',
      'Lease agreement.pdf',
      3,
      4300,
      'For the landlord the period in paragraph 2 is extended to six months after five years, and to nine months after eight years.',
    ),
    quote: 'extended to six months after five years',
    start: 4350,
    end: 4389,
    support: 'exact',
  },
  {
    number: 3,
    passage: passage(
      'mail',
      'Re: moving out earlier.eml',
      null,
      120,
      'We could agree on two months if you find somebody to take over the flat, but then we should put that in writing.',
    ),
    quote: 'We could agree on two months if you find somebody to take over the flat',
    start: 120,
    end: 191,
    support: 'paraphrased',
  },
];
