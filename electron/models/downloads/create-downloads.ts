import { randomBytes } from 'node:crypto';
import type { Download } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { displayName, parseName } from '../names.ts';
import { createResult, isActive, type Entry } from './entry.ts';
import { OneDownload, stopped } from './one-download.ts';
import { bytesOnDisk } from './partial-file.ts';
import { allowed } from './permission.ts';
import { createDownloadRecords } from './records.ts';
import { createRunner, type DownloadsDeps } from './run-download.ts';
import type { DownloadOptions, Downloads } from './types.ts';

/** Downloads at work at once; the others are queued. */
const atOnce = 2;

export function createDownloads(deps: DownloadsDeps): Downloads {
  const { store, policy } = deps;
  const records = createDownloadRecords(deps.profile, store.incoming);
  const listeners = new Set<(download: Download) => void>();
  const entries = new Map<string, Entry>();
  const { run, forget } = createRunner(deps, records, entries);
  const tell = (shown: Download): void => {
    for (const listener of listeners) listener(shown);
  };

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
