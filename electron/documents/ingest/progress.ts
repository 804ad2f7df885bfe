import type { Collection, LedgerEntry } from '../../../shared/contract/types.ts';
import type { IngestProgress } from '../types.ts';

/** Milliseconds between two events of one collection: more than a person can read, less than a page can draw. */
const pause = 100;

interface State {
  entry: LedgerEntry | null;
  done: number;
  total: number;
  timer: NodeJS.Timeout | null;
}

/** News of runs, thinned out. The newest entry goes with each event; the figures of the collection are always true. */
export class Progress {
  readonly #listeners = new Set<(progress: IngestProgress) => void>();
  readonly #states = new Map<string, State>();
  readonly #collection: (id: string) => Promise<Collection>;

  constructor(collection: (id: string) => Promise<Collection>) {
    this.#collection = collection;
  }

  listen(listener: (progress: IngestProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(collectionId: string, news: { entry: LedgerEntry | null; done?: number; total?: number }): void {
    const state = this.#states.get(collectionId) ?? { entry: null, done: 0, total: 0, timer: null };
    this.#states.set(collectionId, state);
    Object.assign(state, news, { entry: news.entry ?? state.entry });
    state.timer ??= setTimeout(() => void this.#tell(collectionId, state), pause);
  }

  /** The last event of a run: never left out. */
  async finish(collectionId: string, done: number, total: number): Promise<void> {
    const state = this.#states.get(collectionId);
    clearTimeout(state?.timer ?? undefined);
    this.#states.delete(collectionId);
    await this.#send(collectionId, { entry: state?.entry ?? null, done, total, finished: true });
  }

  stop(): void {
    for (const state of this.#states.values()) if (state.timer !== null) clearTimeout(state.timer);
    this.#states.clear();
  }

  async #tell(collectionId: string, state: State): Promise<void> {
    const { entry, done, total } = state;
    state.entry = null;
    state.timer = null;
    // Embeddings that arrive without a run are no run: nothing is left to wait for.
    await this.#send(collectionId, { entry, done, total, finished: total === 0 });
  }

  async #send(
    collectionId: string,
    news: Pick<IngestProgress, 'entry' | 'done' | 'total' | 'finished'>,
  ): Promise<void> {
    if (this.#listeners.size === 0) return;
    // The vault may have been locked, or the collection deleted, since: then there is nothing to tell.
    const collection = await this.#collection(collectionId).catch(() => null);
    if (collection === null) return;
    for (const listener of this.#listeners) listener({ collectionId, collection, ...news });
  }
}
