import type { LedgerEntry } from '../../../shared/contract/types.ts';
import { attempt } from '../../bridge/index.ts';
import { stillWaiting, useDocuments } from './store.ts';

/** When the ledger is read again after a file was handed over, in milliseconds after the one before. */
const pauses = [300, 700, 1500, 2500, 4000, 8000, 16_000, 30_000, 60_000, 120_000] as const;

/** After so many readings the watching ends as soon as nothing waits: a file offered again may change its line late. */
const atLeast = 4;

/** A line for a file that is with the application now: no event tells of its reading. */
export function noteHandedOver(collectionId: string, name: string, size: number): void {
  const entry: LedgerEntry = {
    documentId: null,
    path: name,
    name: name.split('/').at(-1) ?? name,
    status: 'waiting',
    reason: null,
    pages: 0,
    chunks: 0,
    embedded: 0,
    bytes: size,
    indexedAt: null,
  };
  useDocuments.setState(({ handedOver }) => {
    const others = (handedOver[collectionId] ?? []).filter((one) => one.path !== name);
    return { handedOver: { ...handedOver, [collectionId]: [...others, entry] } };
  });
}

async function readBoth(collectionId: string): Promise<void> {
  const [list, ledger] = await Promise.all([
    attempt('collections.list', {}),
    attempt('documents.list', { collectionId }),
  ]);
  if (list.ok) useDocuments.setState({ collections: list.value.collections });
  if (!ledger.ok) return;
  const { entries } = ledger.value;
  useDocuments.setState(({ selected, handedOver, ...state }) => ({
    entries: selected === collectionId ? entries : state.entries,
    handedOver: { ...handedOver, [collectionId]: stillWaiting(handedOver[collectionId] ?? [], entries) },
  }));
}

let watching: AbortController | null = null;

export const stopWatching = (): void => watching?.abort();

/** Reads the ledger until it shows what was handed over; what never appears is given up after four minutes. */
export async function watchHandedOver(collectionId: string): Promise<void> {
  stopWatching();
  const { signal } = (watching = new AbortController());
  for (const [at, pause] of pauses.entries()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return;
    await readBoth(collectionId);
    const waiting = useDocuments.getState().handedOver[collectionId] ?? [];
    if (waiting.length === 0 && at + 1 >= atLeast) return;
  }
  useDocuments.setState(({ handedOver }) => ({ handedOver: { ...handedOver, [collectionId]: [] } }));
}
