import type { Download } from '../../../shared/contract/types.ts';
import { codeOf } from '../../../shared/errors.ts';
import { createRate } from '../downloads/rate.ts';
import { problemOf } from '../gguf/problems.ts';
import type { PullProgress } from '../types.ts';

/** Milliseconds between two pieces of news. */
const newsEvery = 250;

/** One import as it is seen: a line in the list of downloads that cannot be paused. */
export class OneImport {
  readonly id: string;
  readonly #rate = createRate();
  readonly #byLayer = new Map<string, number>();
  readonly #tell: (shown: Download) => void;
  #shown: Download;
  #told = 0;

  constructor(id: string, fileName: string, tell: (shown: Download) => void) {
    this.id = id;
    this.#tell = tell;
    const nothing = { done: 0, total: 0, rate: 0, remaining: null, error: null };
    this.#shown = { id, kind: 'file', name: fileName, state: 'queued', ...nothing };
  }

  shown = (): Download => this.#shown;

  /** `size`: of the whole file, whose layers are all that is copied or read. */
  opened(kind: 'file' | 'bundle', size: number): void {
    this.#change({ kind, total: size, state: 'running' });
  }

  layer({ layer, done }: PullProgress): void {
    this.#byLayer.set(layer, done);
    const { total } = this.#shown;
    // The copy of a GGUF file is told of twice, the second time by its digest.
    const all = Math.min(
      total,
      [...this.#byLayer.values()].reduce((sum, each) => sum + each, 0),
    );
    const now = performance.now();
    this.#rate.note(all, now);
    if (now - this.#told < newsEvery && all < total) return;
    const rate = Math.round(this.#rate.perSecond());
    this.#change({ done: all, rate, remaining: this.#rate.remaining(total - all) });
  }

  /** Every byte is copied and hashed. */
  checking(): void {
    this.#change({ state: 'checking', done: this.#shown.total, rate: 0, remaining: null });
  }

  installed(name: string): void {
    this.#change({ name, state: 'done', done: this.#shown.total, rate: 0, remaining: null });
  }

  failed(thrown: unknown): void {
    const problem = problemOf(thrown);
    const why = { error: codeOf(thrown), ...(problem === undefined ? {} : { problem }) };
    this.#change({ state: 'failed', rate: 0, remaining: null, ...why });
  }

  #change(change: Partial<Download>): void {
    this.#shown = { ...this.#shown, ...change };
    this.#told = performance.now();
    this.#tell(this.#shown);
  }
}
