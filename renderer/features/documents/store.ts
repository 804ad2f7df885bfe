import { create } from 'zustand';
import type { EventPayload } from '../../../shared/contract/index.ts';
import type { Collection, LedgerEntry } from '../../../shared/contract/types.ts';
import type { Failure } from '../../bridge/index.ts';

/** A run of reading files: how far, and the files under way. */
export interface Run {
  readonly done: number;
  readonly total: number;
  readonly current: string | null;
  /** True when it ended before everything was read. */
  readonly cut: boolean;
  readonly finished: boolean;
}

/** A file on its way from the page to the application. */
export interface Sending {
  readonly collectionId: string;
  readonly name: string;
  readonly sent: number;
  readonly size: number;
  readonly left: number;
}

interface Documents {
  readonly collections: readonly Collection[] | null;
  readonly failure: Failure | null;
  readonly selected: string | null;
  /** The ledger of the selected collection; null while it is read. */
  readonly entries: readonly LedgerEntry[] | null;
  readonly runs: Readonly<Record<string, Run>>;
  readonly sending: Sending | null;
}

const start: Documents = {
  collections: null,
  failure: null,
  selected: null,
  entries: null,
  runs: {},
  sending: null,
};

export const useDocuments = create<Documents>(() => start);

export const resetDocuments = (): void => useDocuments.setState(start, true);

type Progress = EventPayload<'documents.progress'>;

export function withCollection(collections: readonly Collection[], collection: Collection): readonly Collection[] {
  const at = collections.findIndex((one) => one.id === collection.id);
  return at < 0 ? [...collections, collection] : collections.with(at, collection);
}

/** New and changed entries by path: a file has one line in the ledger, whatever happened to it. */
export function withEntries(entries: readonly LedgerEntry[], changed: readonly LedgerEntry[]): readonly LedgerEntry[] {
  if (changed.length === 0) return entries;
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of changed) byPath.set(entry.path, entry);
  return [...byPath.values()];
}

function runAfter(run: Run | undefined, progress: Progress): Run | undefined {
  // Embeddings that arrive and single files handed over are no run: their events count no files.
  if (progress.total === 0) return run;
  const working = progress.entry?.status === 'parsing' || progress.entry?.status === 'waiting';
  return {
    done: progress.done,
    total: progress.total,
    current: working ? (progress.entry?.name ?? null) : (run?.current ?? null),
    cut: progress.finished && progress.done < progress.total,
    finished: progress.finished,
  };
}

export function applyDocumentsProgress(state: Documents, items: readonly Progress[]): Partial<Documents> {
  let collections = state.collections ?? [];
  const runs: Record<string, Run> = { ...state.runs };
  const changed: LedgerEntry[] = [];
  for (const item of items) {
    collections = withCollection(collections, item.collection);
    const run = runAfter(runs[item.collectionId], item);
    if (run !== undefined) runs[item.collectionId] = run;
    if (item.entry !== null && item.collectionId === state.selected) changed.push(item.entry);
  }
  return { collections, runs, entries: state.entries === null ? null : withEntries(state.entries, changed) };
}

export type Filter = 'all' | 'ready' | 'working' | 'failed' | 'skipped' | 'removed';

const filterOf: Readonly<Record<LedgerEntry['status'], Exclude<Filter, 'all'>>> = {
  indexed: 'ready',
  unchanged: 'ready',
  waiting: 'working',
  parsing: 'working',
  failed: 'failed',
  skipped: 'skipped',
  removed: 'removed',
};

export const matchesFilter = (entry: LedgerEntry, filter: Filter): boolean =>
  filter === 'all' || filterOf[entry.status] === filter;

export function countByFilter(entries: readonly LedgerEntry[]): Record<Filter, number> {
  const counts: Record<Filter, number> = {
    all: entries.length,
    ready: 0,
    working: 0,
    failed: 0,
    skipped: 0,
    removed: 0,
  };
  for (const entry of entries) counts[filterOf[entry.status]] += 1;
  return counts;
}
