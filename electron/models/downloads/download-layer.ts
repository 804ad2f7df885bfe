import { setTimeout as pause } from 'node:timers/promises';
import { CloisterError, codeOf, type ErrorCode } from '../../../shared/errors.ts';
import { digestOfHex } from '../digests.ts';
import type { LayerAnswer, RegistryClient } from '../registry/client.ts';
import type { Hasher } from '../store/hasher.ts';
import type { Layer } from '../store/manifest.ts';
import type { Arrived } from '../store/promote.ts';
import { follow } from './follow.ts';
import { PartialFile } from './partial-file.ts';
import type { Parts } from './parts.ts';
import { receive } from './receive.ts';
import { createRuns, nextLength, type Run } from './runs.ts';

export interface LayerDeps {
  readonly client: RegistryClient;
  /** Waits for a connection; the result gives it back. */
  readonly connection: (signal: AbortSignal) => Promise<() => void>;
  readonly hash: Hasher;
  readonly incoming: string;
  readonly signal: AbortSignal;
  readonly onBytes: (done: number) => void;
  /** The last byte is written; the hash still follows. */
  readonly onWritten: () => void;
  /** First pause after a failure, doubled each time. Milliseconds. */
  readonly pauseMilliseconds?: number | undefined;
}

/** Ranges of one layer at once. */
const lanes = 4;
/** Less than this is no progress: a registry could hand out a layer byte by byte, each over a connection of its own. */
const progressBytes = 16 * 1024;
/** Failures in a row, without progress between them, before the download is given up (and can be continued later). */
const attempts = 4;
/** Trying again does not change these. */
const final: ReadonlySet<ErrorCode> = new Set([
  'egress_denied',
  'model_changed',
  'not_found',
  'forbidden',
  'disk_full',
  'cancelled',
]);

const notAsAnnounced = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'A layer that arrived is not what its manifest says. It was thrown away; try again.',
  );

/** Brings one layer into `incoming`, going on where an earlier try stopped, and hashes it on the way. */
export async function downloadLayer(layer: Layer, deps: LayerDeps): Promise<Arrived> {
  const file = await PartialFile.open(deps.incoming, layer);
  const stop = new AbortController();
  const signal = AbortSignal.any([deps.signal, stop.signal]);
  const following = follow(deps.hash, file.file, layer.size, signal);
  const tell = (): void => {
    following.reach(file.parts.prefix);
    deps.onBytes(file.parts.done);
  };
  try {
    tell();
    await fetchParts(layer, file, { ...deps, signal, tell, end: (why) => stop.abort(why) });
    deps.onWritten();
    const [hex] = await Promise.all([following.hex, file.sync()]);
    if (digestOfHex(hex) !== layer.digest) throw notAsAnnounced();
    const identity = await file.identity();
    await file.removeJournal();
    return { digest: layer.digest, identity };
  } catch (thrown) {
    stop.abort(thrown);
    // The file stays open until nobody reads it.
    await following.hex.catch(() => undefined);
    if (codeOf(thrown) === 'model_changed') await file.discard();
    throw thrown;
  } finally {
    await file.close();
  }
}

interface Fetching extends LayerDeps {
  readonly tell: () => void;
  /** Ends every lane: one of them cannot go on. */
  readonly end: (why: unknown) => void;
}

/**
 * Several lanes take one run of parts after the other. The first answer tells whether the registry knows ranges; one that does not
 * sends everything over one connection.
 */
async function fetchParts(layer: Layer, file: PartialFile, deps: Fetching): Promise<void> {
  const { parts } = file;
  const claim = createRuns(parts, lanes);
  const running: Promise<void>[] = [];
  let isWhole = parts.count === 1;
  let failure: { readonly thrown: unknown } | null = null;

  const onAnswer = (answer: LayerAnswer): void => {
    if (answer.isWhole && !isWhole) {
      // Beside other lanes it would bring everything once more.
      if (running.length > 1) throw new CloisterError('not_available', 'The registry does not keep to ranges.');
      isWhole = true;
    }
    if (isWhole || running.length > 1) return;
    for (let beside = 1; beside < lanes; beside += 1) running.push(lane());
  };
  /** Never rejects: the first failure ends the other lanes, and is the one that is told. */
  const lane = async (): Promise<void> => {
    let most = 1;
    try {
      for (let run = claim(most); run !== null && !file.isComplete(); run = claim(most)) {
        const giveBack = await deps.connection(deps.signal);
        const began = performance.now();
        try {
          await persist(layer, file, run, { ...deps, isWhole: () => isWhole, onAnswer });
        } finally {
          giveBack();
        }
        most = nextLength(run.last - run.first + 1, (performance.now() - began) / 1000);
      }
    } catch (thrown) {
      failure ??= { thrown };
      deps.end(thrown);
    }
  };
  running.push(lane());
  // Lanes are added while the first one runs.
  for (let each = 0; each < running.length; each += 1) await running[each];
  throwFailure(failure);
}

/** A function of its own, because TypeScript does not see what closures assign. */
function throwFailure(failure: { readonly thrown: unknown } | null): void {
  if (failure !== null) throw failure.thrown;
}

interface Persisting extends Fetching {
  readonly isWhole: () => boolean;
  /** Throws when the answer cannot be used. */
  readonly onAnswer: (answer: LayerAnswer) => void;
}

/** Asks for a run of parts until it is there. Throws what trying again cannot change, and the last failure of too many. */
async function persist(layer: Layer, file: PartialFile, run: Run, deps: Persisting): Promise<void> {
  const missing = (): number => (deps.isWhole() ? layer.size - file.parts.done : missingOf(file.parts, run));
  const isThere = (): boolean => missing() === 0;
  const { pauseMilliseconds = 500, signal } = deps;
  let failures = 0;
  while (!isThere()) {
    const before = missing();
    const failure = await attempt(layer, file, run, deps);
    if (isThere()) return;
    const isProgress = before - missing() >= progressBytes;
    failures = isProgress ? 1 : failures + 1;
    if (failures >= attempts) throw failure;
    await pause(pauseMilliseconds * 2 ** failures, undefined, { signal });
  }
}

const missingOf = (parts: Parts, { first, last }: Run): number =>
  parts
    .missing(parts.start(first), parts.start(last) + parts.length(last))
    .reduce((sum, { start, end }) => sum + end - start, 0);

/** One connection's worth. Returns what ended it early. */
async function attempt(layer: Layer, file: PartialFile, { first, last }: Run, deps: Persisting): Promise<unknown> {
  const { parts } = file;
  const isWhole = deps.isWhole();
  const end = isWhole ? null : parts.start(last) + parts.length(last);
  const start = isWhole ? parts.prefix : (parts.missing(parts.start(first), end ?? layer.size)[0]?.start ?? 0);
  let answer: LayerAnswer | null = null;
  try {
    answer = await deps.client.layer(layer, { start, end }, deps.signal);
    deps.onAnswer(answer);
    const until = deps.isWhole() ? layer.size : (end ?? layer.size);
    await receive(file, answer.save, { from: answer.start, until, onBytes: deps.tell });
    return new Error('The connection ended early.');
  } catch (thrown) {
    answer?.cancel();
    if (deps.signal.aborted || final.has(codeOf(thrown))) throw thrown;
    return thrown;
  }
}
