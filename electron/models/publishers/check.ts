import { counted } from '../../../shared/counted.ts';
import type { Check, PublisherRules } from '../../../shared/contract/types.ts';

const owners = { organisation: 'your organisation', person: 'your own' } as const;

/** The line of the publishers in doctor; none where nothing but the usual ones are listed. */
export function publishersCheck({ list, locked, problem, publishers }: PublisherRules): Check[] {
  if (!locked && list === null && problem === null) return [];
  const names = new Set(publishers.map(({ name }) => name)).size;
  const held =
    list === null ? '' : ` List ${list.sequence} of ${owners[list.from]} holds, until ${list.validUntil.slice(0, 10)}.`;
  if (problem === null)
    return [{ id: 'publishers', status: 'ok', summary: `${counted(names, 'publisher')} listed.${held}` }];
  return [
    {
      id: 'publishers',
      status: list === null ? 'fail' : 'warn',
      summary: `${problem.reason}${list === null ? ' Nobody is listed by it: new models wait for approval.' : held}`,
      fix: locked
        ? 'Ask your administrator for a signed list that holds: publishers.json and publishers.json.sig beside the policy.'
        : 'Take a newer list: cloister models publishers import FILE',
    },
  ];
}
