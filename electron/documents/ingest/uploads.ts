import type { LedgerEntry } from '../../../shared/contract/types.ts';
import { codeOf } from '../../../shared/errors.ts';
import type { IngestResult } from '../types.ts';
import { aheadEntry } from './ahead.ts';
import type { Progress } from './progress.ts';
import type { RunDeps } from './deps.ts';
import { upload, uploadPath } from './upload.ts';

/** Files read at the same time; the parser runs as many processes. The others wait, and say so. */
const parallel = 2;

interface Given {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files that the page handed over. Each has its line in the ledger from the moment it came. */
export class Uploads {
  readonly #deps: RunDeps;
  readonly #progress: Progress;
  readonly #lines = new Map<string, Map<string, LedgerEntry>>();
  readonly #queue: (() => void)[] = [];
  #working = 0;

  constructor(deps: RunDeps, progress: Progress) {
    this.#deps = deps;
    this.#progress = progress;
  }

  /** Lines of files that wait, are being read, or could not be kept: these stand over the ledger's own. */
  lines(collectionId: string): LedgerEntry[] {
    return [...(this.#lines.get(collectionId)?.values() ?? [])];
  }

  async take(collectionId: string, given: Given, signal: AbortSignal): Promise<IngestResult> {
    const path = uploadPath(given.name);
    const file = { path, name: path.slice(path.lastIndexOf('/') + 1), size: given.bytes.byteLength };
    this.#show(collectionId, aheadEntry(file, 'waiting'));
    await this.#turn();
    try {
      signal.throwIfAborted();
      this.#show(collectionId, aheadEntry(file, 'parsing'));
      const { result, entry } = await upload(this.#deps, collectionId, given, signal);
      this.#drop(collectionId, path, entry);
      return result;
    } catch (thrown) {
      if (signal.aborted) this.#drop(collectionId, path, null);
      else this.#show(collectionId, { ...aheadEntry(file, 'waiting'), status: 'failed', reason: reasonOf(thrown) });
      throw thrown;
    } finally {
      this.#working -= 1;
      this.#queue.shift()?.();
    }
  }

  /** Nothing of the vault's content stays when it is locked. */
  clear(): void {
    this.#lines.clear();
  }

  async #turn(): Promise<void> {
    if (this.#working >= parallel) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#working += 1;
  }

  #show(collectionId: string, entry: LedgerEntry): void {
    const lines = this.#lines.get(collectionId) ?? new Map<string, LedgerEntry>();
    this.#lines.set(collectionId, lines.set(entry.path, entry));
    this.#progress.note(collectionId, { entry });
  }

  #drop(collectionId: string, path: string, entry: LedgerEntry | null): void {
    this.#lines.get(collectionId)?.delete(path);
    this.#progress.note(collectionId, { entry });
  }
}

/** For the ledger: the file is not in the vault, and there is no row that could say why. */
const reasonOf = (thrown: unknown): string =>
  codeOf(thrown) === 'disk_full'
    ? 'The disk is full, so this was not kept. Make room, then add it again.'
    : 'This could not be kept, for a reason of ours. Add it again.';
