import { setTimeout as pause } from 'node:timers/promises';
import { CloisterError, codeOf, type ErrorCode } from '../../../shared/errors.ts';
import { digestOfHex } from '../digests.ts';
import type { LayerAnswer, RegistryClient } from '../registry/client.ts';
import type { Hasher } from '../store/hasher.ts';
import type { Layer } from '../store/manifest.ts';
import type { Arrived } from '../store/promote.ts';
import { follow } from './follow.ts';
import { PartialFile } from './partial-file.ts';
import { partBytes } from './parts.ts';
import { receive } from './receive.ts';

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
 * Several lanes take one part after the other. The first answer tells whether the registry knows ranges; one that does not
 * sends everything over one connection.
 */
async function fetchParts(layer: Layer, file: PartialFile, deps: Fetching): Promise<void> {
  const { parts } = file;
  const taken = new Set<number>();
  const claim = (): number | null => {
    for (let part = Math.floor(parts.prefix / partBytes); part < parts.count; part += 1) {
      if (taken.has(part) || parts.isComplete(part)) continue;
      taken.add(part);
      return part;
    }
    return null;
  };
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
    for (let lane = 1; lane < lanes; lane += 1) running.push(run());
  };
  /** Never rejects: the first failure ends the other lanes, and is the one that is told. */
  const run = async (): Promise<void> => {
    try {
      for (let part = claim(); part !== null && !file.isComplete(); part = claim()) {
        const giveBack = await deps.connection(deps.signal);
        try {
          await persist(layer, file, part, { ...deps, isWhole: () => isWhole, onAnswer });
        } finally {
          giveBack();
        }
      }
    } catch (thrown) {
      failure ??= { thrown };
      deps.end(thrown);
    }
  };
  running.push(run());
  // Lanes are added while the first one runs.
  for (let lane = 0; lane < running.length; lane += 1) await running[lane];
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

/** Asks for a part until it is there. Throws what trying again cannot change, and the last failure of too many. */
async function persist(layer: Layer, file: PartialFile, part: number, deps: Persisting): Promise<void> {
  const isThere = (): boolean => (deps.isWhole() ? file.isComplete() : file.parts.isComplete(part));
  const { pauseMilliseconds = 500, signal } = deps;
  let failures = 0;
  while (!isThere()) {
    const before = file.parts.received(part);
    const done = file.parts.done;
    const failure = await attempt(layer, file, part, deps);
    if (isThere()) return;
    const came = deps.isWhole() ? file.parts.done - done : file.parts.received(part) - before;
    const isProgress = came >= progressBytes;
    failures = isProgress ? 1 : failures + 1;
    if (failures >= attempts) throw failure;
    await pause(pauseMilliseconds * 2 ** failures, undefined, { signal });
  }
}

/** One connection's worth. Returns what ended it early. */
async function attempt(layer: Layer, file: PartialFile, part: number, deps: Persisting): Promise<unknown> {
  const { parts } = file;
  const isWhole = deps.isWhole();
  const start = isWhole ? parts.prefix : parts.next(part);
  const end = isWhole ? null : parts.start(part) + parts.length(part);
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
