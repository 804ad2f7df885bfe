/** A contract of the invented company. `clause` is numbered 1, 2, …; `sub` 1.1, 1.2, …; the numbers are not in the text. */
export type LeasePart =
  | { readonly kind: 'title' | 'plain' | 'clause' | 'sub'; readonly text: string; readonly note?: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

const clause = (text: string): LeasePart => ({ kind: 'clause', text });
const sub = (text: string, note?: string): LeasePart => ({
  kind: 'sub',
  text,
  ...(note === undefined ? {} : { note }),
});
const plain = (text: string): LeasePart => ({ kind: 'plain', text });

export const lease: readonly LeasePart[] = [
  { kind: 'title', text: 'Lease agreement' },
  plain(
    'This agreement is made on 8 March 2024 between Kade Vastgoed N.V., Havenkade 3, Vlierhoven (“the Landlord”), and Halden & Voss B.V., Kastelplein 14, Vlierhoven (“the Tenant”).',
  ),
  clause('Premises'),
  sub(
    'The Landlord lets to the Tenant the second and third floors of the building at Kastelplein 14, Vlierhoven, with a lettable area of 1,240 square metres, and 18 parking spaces in the courtyard.',
  ),
  sub(
    'The premises are used as offices, laboratory and light workshop. Any other use needs the Landlord’s written consent.',
  ),
  clause('Term'),
  sub('The lease runs for five years, from 1 May 2024 to 30 April 2029.'),
  sub(
    'The Tenant may end the lease early with effect from 30 April 2027, by registered letter that reaches the Landlord no later than 31 July 2026.',
    'If the Tenant uses this right, it pays a compensation of two months’ rent on the day the lease ends.',
  ),
  sub(
    'Unless one party gives notice twelve months before the end of the term, the lease is extended by two years at a time.',
  ),
  clause('Rent'),
  sub(
    'The rent is EUR 18,600 a month, excluding value added tax, and is paid in advance by the first working day of the month.',
  ),
  sub(
    'The rent is adjusted each year on 1 May, for the first time on 1 May 2025, to the consumer price index, by at most 3 per cent.',
  ),
  sub('A payment that is more than ten days late bears interest of 1 per cent a month.'),
  {
    kind: 'table',
    rows: [
      ['Charge', 'Amount a month', 'Adjusted'],
      ['Rent', 'EUR 18,600', 'every 1 May, at most 3 per cent'],
      ['Service charge', 'EUR 3,100', 'after the yearly statement'],
      ['Parking, 18 spaces', 'EUR 1,080', 'every second year'],
    ],
  },
  clause('Deposit'),
  sub(
    'The Tenant provides a bank guarantee of EUR 55,800, equal to three months’ rent. It is returned within six weeks after the premises have been handed back.',
  ),
  clause('Maintenance'),
  sub(
    'The Landlord maintains roof, outer walls, lifts and heating. The Tenant maintains everything inside the premises and repairs at its own cost damage below EUR 1,000 in each case.',
  ),
  sub(
    'Defects that the Landlord must repair are reported in writing. The Landlord begins repairs within ten working days, and within 24 hours where safety is concerned.',
  ),
  clause('Alterations'),
  sub(
    'Alterations to the structure need the Landlord’s written consent. The acoustic chamber on the third floor is permitted up to a floor load of 750 kilograms per square metre.',
  ),
  sub('At the end of the lease the Tenant removes its alterations, unless the Landlord takes them over.'),
  clause('Subletting'),
  sub(
    'The Tenant may sublet up to 25 per cent of the area after informing the Landlord. Subletting more needs written consent.',
  ),
  clause('Insurance'),
  sub(
    'The Landlord insures the building. The Tenant insures its contents and carries liability insurance of at least EUR 2,500,000 for each event.',
  ),
  clause('Law'),
  sub('Disputes are decided by the district court of Vlierhoven.'),
  plain('Signed for the Landlord by J. R. Kade, director. Signed for the Tenant by Marit Voss, managing director.'),
];
