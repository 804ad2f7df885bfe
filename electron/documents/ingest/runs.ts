import { CloisterError } from '../../../shared/errors.ts';
import type { LedgerEntry } from '../../../shared/contract/types.ts';
import type { IngestResult } from '../types.ts';
import { aheadEntry } from './ahead.ts';
import type { Progress } from './progress.ts';
import type { RunDeps } from './deps.ts';
import { run, type Summary } from './run.ts';
import type { FoundFile } from './walk.ts';

interface Running {
  readonly controller: AbortController;
  /** Files whose turn has not come, and those being read. */
  readonly ahead: Map<string, LedgerEntry>;
  readonly over: Promise<unknown>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onResult?: (result: IngestResult) => void;
}

/** At most one run a collection at a time. */
export class Runs {
  readonly #deps: RunDeps;
  readonly #progress: Progress;
  readonly #running = new Map<string, Running>();

  constructor(deps: RunDeps, progress: Progress) {
    this.#deps = deps;
    this.#progress = progress;
  }

  isRunning(collectionId: string): boolean {
    return this.#running.has(collectionId);
  }

  /** Ledger rows of files that are not in the ledger yet. */
  ahead(collectionId: string): LedgerEntry[] {
    return [...(this.#running.get(collectionId)?.ahead.values() ?? [])];
  }

  async start(collectionId: string, paths: readonly string[], options: RunOptions): Promise<Summary> {
    if (this.isRunning(collectionId)) {
      throw new CloisterError('busy', 'Files are being added to this collection. Wait until that is done, or stop it.');
    }
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    if (options.signal?.aborted === true) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const ahead = new Map<string, LedgerEntry>();
    const work = this.#work(collectionId, paths, ahead, options, controller.signal);
    this.#running.set(collectionId, { controller, ahead, over: work.catch(() => undefined) });
    try {
      return await work;
    } finally {
      this.#running.delete(collectionId);
      options.signal?.removeEventListener('abort', stop);
    }
  }

  /** What the person stopped is not gone on with by itself. */
  async cancel(collectionId: string): Promise<void> {
    const running = this.#running.get(collectionId);
    running?.controller.abort();
    await running?.over;
    if (running !== undefined) await this.#deps.database.call('documents.finishRun', { collectionId, seen: [] });
  }

  async stopAll(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { controller } of all) controller.abort();
    await Promise.all(all.map(({ over }) => over));
  }

  async #work(
    collectionId: string,
    paths: readonly string[],
    ahead: Map<string, LedgerEntry>,
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<Summary> {
    let total = 0;
    let done = 0;
    const news = (entry: LedgerEntry | null): void => this.#progress.note(collectionId, { entry, done, total });
    const planned = (files: readonly FoundFile[]): void => {
      total = files.length;
      for (const file of files) ahead.set(file.path, aheadEntry(file, 'waiting'));
      news(null);
    };
    const parsing = (file: FoundFile): void => {
      const entry = aheadEntry(file, 'parsing');
      ahead.set(file.path, entry);
      news(entry);
    };
    const finished = (result: IngestResult, entry: LedgerEntry | null): void => {
      done += 1;
      total = Math.max(total, done);
      ahead.delete(result.path);
      news(entry);
      options.onResult?.(result);
    };
    try {
      return await run(this.#deps, collectionId, paths, { planned, parsing, done: finished }, signal);
    } finally {
      await this.#progress.finish(collectionId, done, total);
    }
  }
}
