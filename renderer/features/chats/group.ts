import type { ConversationSummary } from '../../../shared/contract/types.ts';

export type GroupName = 'today' | 'yesterday' | 'week' | 'month' | 'earlier';

export interface Group {
  readonly name: GroupName;
  readonly conversations: readonly ConversationSummary[];
}

const order: readonly GroupName[] = ['today', 'yesterday', 'week', 'month', 'earlier'];

const startOfDay = (time: Date): number => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

/** Days by the calendar of the person, not by 24 hours: at one in the morning, ten in the evening was yesterday. */
export function groupName(updatedAt: string, now: Date): GroupName {
  const then = new Date(updatedAt);
  const days = Math.round((startOfDay(now) - startOfDay(then)) / 86_400_000);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days < 7) return 'week';
  return days < 31 ? 'month' : 'earlier';
}

const newestFirst = (conversations: readonly ConversationSummary[]): ConversationSummary[] =>
  [...conversations].sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));

/** The conversation above or below this one in the list; from a new one, the first or the last. Null at an end. */
export function neighbourOf(
  conversations: readonly ConversationSummary[],
  id: string | null,
  step: 1 | -1,
): string | null {
  const sorted = newestFirst(conversations);
  const now = sorted.findIndex((one) => one.id === id);
  return sorted[now < 0 && step < 0 ? sorted.length - 1 : now + step]?.id ?? null;
}

/** Newest first, in groups that are not empty. */
export function groupByTime(conversations: readonly ConversationSummary[], now: Date): Group[] {
  const sorted = newestFirst(conversations);
  return order
    .map((name) => ({ name, conversations: sorted.filter((one) => groupName(one.updatedAt, now) === name) }))
    .filter((group) => group.conversations.length > 0);
}
