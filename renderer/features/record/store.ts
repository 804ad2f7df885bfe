import { create } from 'zustand';
import type { AuditEntry, AuditVerification } from '../../../shared/contract/types.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { readStatus } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { announce } from '../../ui/index.ts';

interface RecordState {
  /** Newest first; null while they were not read yet. */
  readonly entries: readonly AuditEntry[] | null;
  readonly size: number;
  readonly failure: Failure | null;
  readonly loading: boolean;
  readonly verifying: boolean;
  readonly verification: AuditVerification | null;
  readonly verifyFailure: Failure | null;
}

const start: RecordState = {
  entries: null,
  size: 0,
  failure: null,
  loading: false,
  verifying: false,
  verification: null,
  verifyFailure: null,
};

export const useRecord = create<RecordState>(() => start);

export const resetRecord = (): void => useRecord.setState(start, true);

const pageSize = 200;

export async function readEntries(older: boolean): Promise<void> {
  const { entries, loading } = useRecord.getState();
  if (loading) return;
  const last = older ? entries?.at(-1) : undefined;
  useRecord.setState({ loading: true });
  const result = await attempt('audit.list', {
    limit: pageSize,
    ...(last === undefined ? {} : { before: last.index }),
  });
  if (!result.ok) {
    useRecord.setState({ loading: false, failure: result.error });
    return;
  }
  const kept = last === undefined ? [] : (entries ?? []);
  useRecord.setState({
    loading: false,
    failure: null,
    entries: merge(kept, result.value.entries),
    size: result.value.size,
  });
}

/** Newest first, each index once, whatever order and overlap the pieces came in. */
export function merge(kept: readonly AuditEntry[], more: readonly AuditEntry[]): AuditEntry[] {
  const byIndex = new Map([...kept, ...more].map((entry) => [entry.index, entry]));
  return [...byIndex.values()].sort((a, b) => b.index - a.index);
}

export async function verify(): Promise<void> {
  if (useRecord.getState().verifying) return;
  useRecord.setState({ verifying: true, verifyFailure: null });
  const result = await attempt('audit.verify', {});
  if (result.ok && result.value.ok) announce(t.record.holds(result.value.size));
  useRecord.setState(
    result.ok
      ? { verifying: false, verification: result.value }
      : { verifying: false, verification: null, verifyFailure: result.error },
  );
  await readStatus();
}

/** Every word of the filter must stand in the entry. */
export function filterEntries(
  entries: readonly AuditEntry[],
  words: string,
  decision: AuditEntry['decision'] | 'all',
): AuditEntry[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return entries.filter((entry) => {
    if (decision !== 'all' && entry.decision !== decision) return false;
    const text = [
      entry.kind,
      entry.origin,
      entry.subject,
      entry.model,
      entry.stage,
      entry.code,
      entry.requestId,
      String(entry.index),
    ]
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
