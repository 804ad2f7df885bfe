import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Download, InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { createTurns } from '../downloads/turns.ts';
import type { ModelActor } from '../passports/types.ts';
import type { ImportOptions } from './import-model.ts';
import { OneImport } from './one-import.ts';

export type ImportRequest = ImportOptions & { readonly by?: ModelActor | undefined };

/** Brings one file; `importModel` with all that it needs. */
export type RunImport = (path: string, options: ImportRequest) => Promise<InstalledModel>;

/** The files that are brought in, one after the other: each is copied and hashed as fast as the disk goes. */
export interface Imports {
  /** Waits for its turn. Throws `cancelled` when it is stopped; nothing of it is left then. */
  bring: RunImport;
  /** Also those that are done or failed, until the program ends or they are taken away. */
  list(): Download[];
  has(id: string): boolean;
  /** Stops it and takes its line away. Resolves when nothing of it is left but what is installed. */
  cancel(id: string): Promise<void>;
  onChange(listener: (shown: Download) => void): () => void;
  /** Stops everything. */
  close(): Promise<void>;
}

interface Entry {
  readonly line: OneImport;
  readonly stop: AbortController;
  /** Never rejects. */
  readonly ended: Promise<unknown>;
}

const stopped = (): CloisterError => new CloisterError('cancelled', 'The import was stopped. Nothing was installed.');

export function createImports(run: RunImport): Imports {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(shown: Download) => void>();
  const during = createTurns<'import'>();
  const tell = (shown: Download): void => {
    for (const listener of listeners) listener(shown);
  };

  async function bringOne(line: OneImport, path: string, options: ImportRequest, signal: AbortSignal) {
    try {
      const installed = await during('import', signal, () =>
        run(path, {
          ...options,
          signal,
          onOpened(kind, size) {
            line.opened(kind, size);
            options.onOpened?.(kind, size);
          },
          onCopied() {
            line.checking();
            options.onCopied?.();
          },
          onProgress(progress) {
            line.layer(progress);
            options.onProgress?.(progress);
          },
        }),
      );
      line.installed(installed.name);
      return installed;
    } catch (thrown) {
      if (signal.aborted) entries.delete(line.id);
      else line.failed(thrown);
      throw signal.aborted ? stopped() : thrown;
    }
  }

  return {
    async bring(path, options) {
      const line = new OneImport(randomBytes(8).toString('hex'), basename(options.fileName ?? path), tell);
      const stop = new AbortController();
      const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
      const work = bringOne(line, path, options, signal);
      entries.set(line.id, { line, stop, ended: work.catch(() => undefined) });
      tell(line.shown());
      return work;
    },
    list: () => [...entries.values()].map(({ line }) => line.shown()),
    has: (id) => entries.has(id),
    async cancel(id) {
      const entry = entries.get(id);
      if (entry === undefined) throw new CloisterError('not_found', 'There is no such import.');
      entry.stop.abort(stopped());
      await entry.ended;
      entries.delete(id);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const { stop } of entries.values()) stop.abort(stopped());
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}
