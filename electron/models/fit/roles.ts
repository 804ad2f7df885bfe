import type { Candidate } from '../../../shared/contract/types.ts';
import { slowest } from './speed.ts';

type Role = NonNullable<Candidate['role']>;

/** What counts besides the candidate itself: the memory where it would run. Bytes. */
export interface Judged {
  readonly candidate: Candidate;
  readonly total: number;
  readonly free: number;
  /** All numbers of the model: the best measure of what it can do that is known beforehand. */
  readonly parameters: number;
}

/** Part of a card's free memory that a model may take, and tokens a second that it must reach on the processor. */
const limits: Readonly<Record<Role, { readonly share: number; readonly speed: number }>> = {
  small: { share: 0.3, speed: 15 },
  balanced: { share: 0.65, speed: 8 },
  best: { share: 1, speed: slowest },
};

const order: readonly Role[] = ['small', 'balanced', 'best'];

export const isSlow = ({ tokensPerSecond }: Pick<Candidate, 'tokensPerSecond'>): boolean =>
  tokensPerSecond !== null && tokensPerSecond < slowest;

const reaches = ({ candidate, total, free }: Judged, role: Role): boolean =>
  candidate.tokensPerSecond === null
    ? total <= free * limits[role].share
    : candidate.tokensPerSecond >= limits[role].speed;

/** Cards first: a model half on the card may be larger and is slower. */
const onOnePlace = (judged: readonly Judged[]): readonly Judged[] => {
  const onCard = judged.filter(({ candidate }) => candidate.fits === 'gpu');
  return onCard.length > 0 ? onCard : judged.filter(({ candidate }) => candidate.fits !== 'no');
};

/**
 * A small, a balanced and a best model: each the largest that leaves enough room on the card, or is fast enough on the
 * processor; no model twice. Where nothing is fast enough, the smallest of all is still proposed, as the small one.
 */
export function rolesFor(judged: readonly Judged[]): ReadonlyMap<string, Role> {
  const fitting = [...onOnePlace(judged)].sort((left, right) => left.parameters - right.parameters);
  const roles = new Map<string, Role>();
  for (const role of order) {
    const able = fitting.filter((each) => reaches(each, role) && !roles.has(each.candidate.name));
    const chosen = able.at(-1) ?? (role === 'small' ? fitting[0] : undefined);
    if (chosen !== undefined) roles.set(chosen.candidate.name, role);
  }
  return roles;
}
