import type { Download } from '../../../shared/contract/types.ts';
import { CloisterError, codeOf, type ErrorCode } from '../../../shared/errors.ts';
import type { Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { fromFileSystem } from '../store/files.ts';
import type { PullProgress } from '../types.ts';
import { createRate } from './rate.ts';
import type { DownloadRecord } from './records.ts';

/** What a manifest means here. */
export interface Plan {
  /** Bytes of all layers. */
  readonly total: number;
  /** Of them, in layers that the store has. */
  readonly held: number;
  /** Of them, in parts that came before. */
  readonly there: number;
  readonly missing: readonly Digest[];
}

/** Milliseconds between two pieces of news. */
const newsEvery = 250;

/** One download as it is seen: where it stands, how far it is, how fast. */
export class OneDownload {
  readonly id: string;
  readonly name: string;
  readonly parsed: ModelName;
  from: string | undefined;
  layers: readonly Digest[];
  state: Download['state'];
  error: ErrorCode | null = null;
  /** What the check of the model found. */
  problem: string | undefined;
  #total: number;
  #held: number;
  #done = 0;
  readonly #byLayer = new Map<string, number>();
  readonly #rate = createRate();
  readonly #tell: () => void;
  #told = 0;

  constructor(record: DownloadRecord, parsed: ModelName, state: Download['state'], onNews: (shown: Download) => void) {
    this.id = record.id;
    this.name = record.name;
    this.parsed = parsed;
    this.from = record.from ?? undefined;
    this.layers = record.layers;
    this.#total = record.total;
    this.#held = record.held;
    this.state = state;
    this.#tell = () => onNews(this.shown());
  }

  record(): DownloadRecord {
    return {
      id: this.id,
      name: this.name,
      from: this.from ?? null,
      total: this.#total,
      held: this.#held,
      layers: this.layers,
    };
  }

  shown(): Download {
    const { id, name, state, error, problem } = this;
    const isRunning = state === 'running';
    return {
      id,
      kind: 'registry',
      name,
      state,
      done: this.#done,
      total: this.#total,
      rate: isRunning ? Math.round(this.#rate.perSecond()) : 0,
      remaining: isRunning ? this.#rate.remaining(this.#total - this.#done) : null,
      error,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  become(state: Download['state'], error: ErrorCode | null = null, problem?: string): void {
    this.state = state;
    this.error = error;
    this.problem = problem;
    if (state === 'done') this.#done = this.#total;
    if (state !== 'running') this.#rate.reset();
    this.#told = performance.now();
    this.#tell();
  }

  plan({ total, held, there, missing }: Plan): void {
    this.layers = missing;
    this.#total = total;
    this.#held = held;
    this.#byLayer.clear();
    this.found(there);
    this.#tell();
  }

  /** Bytes of the missing layers that are on disk. What came before this run does not count as speed. */
  found(there: number): void {
    this.#done = Math.min(this.#total, this.#held + there);
    this.#rate.reset();
    this.#rate.note(this.#done, performance.now());
  }

  layer({ layer, done }: PullProgress): void {
    if (layer === 'manifest') return;
    // The first word of a layer says what was there when the plan was made.
    this.#done += done - (this.#byLayer.get(layer) ?? done);
    this.#byLayer.set(layer, done);
    const now = performance.now();
    this.#rate.note(this.#done, now);
    if (now - this.#told < newsEvery) return;
    this.#told = now;
    this.#tell();
  }

  get left(): number {
    return this.#total - this.#done;
  }
}

export const stopped = (): CloisterError =>
  new CloisterError('cancelled', 'The download was stopped; it continues where it stopped.');

const fieldOf = (thrown: unknown, field: 'code' | 'name'): string => {
  const value: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, field) : undefined;
  return typeof value === 'string' ? value : '';
};

function whatFailed(thrown: unknown, host: string): string {
  const isLate = fieldOf(thrown, 'name') === 'TimeoutError' || fieldOf(thrown, 'code') === 'ETIMEDOUT';
  return isLate
    ? `${host} did not answer in time. Check the connection and try again.`
    : `${host} could not be reached. Check the connection and try again.`;
}

/** What a person is told of a download that ended early. */
export function asCloisterError(thrown: unknown, host: string, signal: AbortSignal): unknown {
  if (signal.aborted) return stopped();
  const known = fromFileSystem(thrown);
  if (codeOf(known) !== 'internal') return known;
  return new CloisterError('not_available', whatFailed(thrown, host), { cause: thrown });
}
