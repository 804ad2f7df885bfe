import type { InstalledModel } from '../../../shared/contract/types.ts';
import { codeOf } from '../../../shared/errors.ts';
import type { EgressBroker } from '../../egress/types.ts';
import type { Policy } from '../../policy/index.ts';
import type { Digest } from '../digests.ts';
import { problemOf } from '../gguf/problems.ts';
import type { Arrival, ModelActor } from '../passports/types.ts';
import type { Hasher } from '../store/hasher.ts';
import type { ModelStore } from '../types.ts';
import type { Entry } from './entry.ts';
import { fetchModel, type ArrivalCheck, type FetchDeps, type Install } from './fetch-model.ts';
import { createLines } from './line.ts';
import { asCloisterError } from './one-download.ts';
import { removePart } from './partial-file.ts';
import { allowed } from './permission.ts';
import type { DownloadRecords } from './records.ts';
import { createTurns } from './turns.ts';

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

/** Brings what an entry stands for, and says in it how that ended. */
export interface Runner {
  /** Never rejects: the entry's result does. The signal pauses it. */
  readonly run: (entry: Entry, signal: AbortSignal) => Promise<void>;
  /** Removes what came of it, except what another download wants, and its note. */
  readonly forget: (entry: Entry) => Promise<void>;
}

/** `entries`: all of the list, whose layers and space are looked at. */
export function createRunner(
  deps: DownloadsDeps,
  records: DownloadRecords,
  entries: ReadonlyMap<string, Entry>,
): Runner {
  const { store, policy } = deps;
  const lines = createLines();
  const byDigest = createTurns<Digest>();
  const installing = createTurns<'install'>();
  const never = new AbortController().signal;

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

  return { run, forget };
}
