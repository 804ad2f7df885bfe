import { randomBytes } from 'node:crypto';
import type { Download, InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { EgressBroker } from '../../egress/types.ts';
import type { Policy } from '../../policy/index.ts';
import type { Digest } from '../digests.ts';
import { problemOf } from '../gguf/problems.ts';
import { displayName, parseName } from '../names.ts';
import type { Hasher } from '../store/hasher.ts';
import type { Arrival, ModelActor } from '../passports/types.ts';
import type { ModelStore, PullProgress } from '../types.ts';
import { fetchModel, type ArrivalCheck, type FetchDeps, type Install } from './fetch-model.ts';
import { createLines } from './line.ts';
import { asCloisterError, OneDownload, stopped } from './one-download.ts';
import { bytesOnDisk, removePart } from './partial-file.ts';
import { allowed } from './permission.ts';
import { createDownloadRecords } from './records.ts';
import { createTurns } from './turns.ts';
import type { DownloadOptions, Downloads } from './types.ts';

export interface DownloadsDeps {
  readonly profile: string;
  readonly store: Pick<ModelStore, 'incoming' | 'holds' | 'prepare'>;
  readonly egress: EgressBroker;
  readonly policy: Pick<Policy, 'value'>;
  readonly hash: Hasher;
  readonly onArrived: ArrivalCheck;
  /** `by`: who asked; not known of a download that an earlier run began. */
  readonly install: (arrival: Arrival, by: ModelActor | undefined) => ReturnType<Install>;
}

/** Downloads at work at once; the others are queued. */
const atOnce = 2;

interface Running {
  readonly controller: AbortController;
  /** Ends when nothing of the download runs any more. Never rejects. */
  readonly ended: Promise<void>;
}

interface Entry {
  readonly download: OneDownload;
  patience: number | undefined;
  by: ModelActor | undefined;
  onProgress: ((progress: PullProgress) => void) | undefined;
  running: Running | null;
  result: PromiseWithResolvers<InstalledModel>;
}

const isActive = ({ download }: Entry): boolean => ['queued', 'running', 'checking'].includes(download.state);

/** A result that nobody waits for is no unhandled rejection. */
function createResult(): PromiseWithResolvers<InstalledModel> {
  const result = Promise.withResolvers<InstalledModel>();
  result.promise.catch(() => undefined);
  return result;
}

export function createDownloads(deps: DownloadsDeps): Downloads {
  const { store, policy } = deps;
  const records = createDownloadRecords(deps.profile, store.incoming);
  const lines = createLines();
  const byDigest = createTurns<Digest>();
  const installing = createTurns<'install'>();
  const listeners = new Set<(download: Download) => void>();
  const entries = new Map<string, Entry>();
  const tell = (shown: Download): void => {
    for (const listener of listeners) listener(shown);
  };
  const never = new AbortController().signal;

  const add = (record: Parameters<typeof records.set>[0], state: Download['state']): Entry => {
    const entry: Entry = {
      download: new OneDownload(record, parseName(record.name), state, tell),
      patience: undefined,
      by: undefined,
      onProgress: undefined,
      running: null,
      result: createResult(),
    };
    entries.set(record.id, entry);
    return entry;
  };

  /** What an earlier run left, read once. */
  let known: Promise<void> | null = null;
  const load = (): Promise<void> =>
    (known ??= records.all().then(async (found) => {
      for (const record of found) {
        const { download } = add(record, 'paused');
        const done = await Promise.all(record.layers.map((digest) => bytesOnDisk(store.incoming, digest)));
        download.found(done.reduce((sum, bytes) => sum + bytes, 0));
      }
    }));
  const find = async (id: string): Promise<Entry> => {
    await load();
    const entry = entries.get(id);
    if (entry === undefined) throw new CloisterError('not_found', 'There is no such download.');
    return entry;
  };

  const promisedBeside = (self: Entry): number =>
    [...entries.values()]
      .filter((entry) => entry !== self && entry.download.state === 'running')
      .reduce((sum, { download }) => sum + download.left, 0);

  const fetchDeps = (self: Entry): FetchDeps => ({
    store,
    hash: deps.hash,
    onArrived: deps.onArrived,
    install: (arrival) => installing('install', never, () => deps.install(arrival, self.by)),
    during: byDigest,
    promised: () => promisedBeside(self),
  });

  /** Parts of layers that this download no longer wants, and no other one either. */
  const removeUnwanted = async (self: Entry, digests: readonly Digest[]): Promise<void> => {
    const wanted = new Set(
      [...entries.values()].filter((each) => each !== self).flatMap((each) => each.download.layers),
    );
    for (const digest of digests) if (!wanted.has(digest)) await removePart(store.incoming, digest);
  };

  const forget = async (entry: Entry): Promise<void> => {
    await removeUnwanted(entry, entry.download.layers);
    await records.remove(entry.download.id);
  };

  const work = async (entry: Entry, signal: AbortSignal): Promise<InstalledModel> => {
    const { download } = entry;
    const { address, hosts } = allowed(download.parsed, download.from, policy);
    const lease = deps.egress.open(`model download: ${download.name}`, hosts);
    try {
      return await fetchModel(fetchDeps(entry), {
        id: download.id,
        name: download.parsed,
        address,
        lease,
        line: lines(address.host),
        signal,
        patience: entry.patience,
        async onPlan(plan) {
          const before = download.layers;
          download.plan(plan);
          await records.set(download.record());
          await removeUnwanted(
            entry,
            before.filter((digest) => !plan.missing.includes(digest)),
          );
        },
        onLayer(progress) {
          download.layer(progress);
          entry.onProgress?.(progress);
        },
        onChecking: () => download.become('checking'),
      });
    } catch (thrown) {
      throw asCloisterError(thrown, address.host, signal);
    } finally {
      lease.close();
    }
  };

  const run = async (entry: Entry, signal: AbortSignal): Promise<void> => {
    const { download, result } = entry;
    try {
      const installed = await work(entry, signal);
      await records.remove(download.id);
      download.become('done');
      result.resolve(installed);
    } catch (thrown) {
      // It would be refused again, whatever of it is kept.
      if (codeOf(thrown) === 'unsupported_type') await forget(entry);
      if (signal.aborted) download.become('paused');
      else download.become('failed', codeOf(thrown), problemOf(thrown));
      result.reject(thrown);
    }
  };

  const serve = (): void => {
    const active = [...entries.values()].filter((entry) => entry.running !== null).length;
    const waiting = [...entries.values()].filter(
      (entry) => entry.download.state === 'queued' && entry.running === null,
    );
    for (const entry of waiting.slice(0, Math.max(0, atOnce - active))) {
      const controller = new AbortController();
      entry.download.become('running');
      const ended = run(entry, controller.signal).then(() => {
        entry.running = null;
        serve();
      });
      entry.running = { controller, ended };
    }
  };

  /** Last in the queue, whatever it was before. */
  const enqueue = (entry: Entry): void => {
    entries.delete(entry.download.id);
    entries.set(entry.download.id, entry);
    entry.result = createResult();
    entry.download.become('queued');
    serve();
  };

  const halt = async (entry: Entry): Promise<void> => {
    const { running, download, result } = entry;
    if (running === null) {
      if (download.state !== 'queued') return;
      download.become('paused');
      result.reject(stopped());
      return;
    }
    running.controller.abort(stopped());
    await running.ended;
  };

  return {
    async start(given, options: DownloadOptions = {}) {
      const parsed = parseName(given);
      const name = displayName(parsed);
      const { address } = allowed(parsed, options.from, policy);
      await load();
      const same = [...entries.values()].filter((entry) => entry.download.name === name);
      if (same.some(isActive)) throw new CloisterError('busy', `${name} is being downloaded already.`);
      const from = options.from === undefined ? undefined : address.base;
      const earlier = same.find((entry) => entry.download.state !== 'done');
      for (const done of same.filter((entry) => entry.download.state === 'done')) entries.delete(done.download.id);
      const id = randomBytes(8).toString('hex');
      const entry = earlier ?? add({ id, name, from: from ?? null, total: 0, held: 0, layers: [] }, 'queued');
      entry.download.from = from;
      entry.patience = options.patience;
      entry.by = options.by;
      entry.onProgress = options.onProgress;
      enqueue(entry);
      return { id: entry.download.id };
    },
    async finished(id) {
      return (await find(id)).result.promise;
    },
    async list() {
      await load();
      return [...entries.values()].map((entry) => entry.download.shown());
    },
    async pause(id) {
      await halt(await find(id));
    },
    async resume(id, by) {
      const entry = await find(id);
      if (isActive(entry) || entry.download.state === 'done') return;
      allowed(entry.download.parsed, entry.download.from, policy);
      entry.by = by ?? entry.by;
      enqueue(entry);
    },
    async cancel(id) {
      const entry = await find(id);
      await halt(entry);
      entries.delete(id);
      await forget(entry);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([...entries.values()].map(halt));
    },
  };
}
