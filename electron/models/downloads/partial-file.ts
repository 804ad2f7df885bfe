import { constants } from 'node:fs';
import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Saving } from '../../egress/types.ts';
import type { Digest } from '../digests.ts';
import { fromFileSystem, identityOf, isAbsent, writeAtomically } from '../store/files.ts';
import type { Layer } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
import { Parts, partBytes } from './parts.ts';

/** After so many bytes the disk is asked to keep up, beside the download: little is left to wait for at its end. */
const syncBytes = 64 * 2 ** 20;

const dataPath = (incoming: string, digest: Digest): string => join(incoming, incomingName(digest));
const journalPath = (incoming: string, digest: Digest): string => `${dataPath(incoming, digest)}.parts`;

/** Bytes of a layer that lie in `incoming`. */
export async function bytesInPart(incoming: string, layer: Layer): Promise<number> {
  return (await readParts(incoming, layer)).done;
}

/** The same where only the digest is known; for a list. */
export async function bytesOnDisk(incoming: string, digest: Digest): Promise<number> {
  const journal = await readFile(journalPath(incoming, digest)).catch(() => null);
  if (journal !== null) return Parts.done(journal);
  return stat(dataPath(incoming, digest)).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Removes what came of a layer. */
export async function removePart(incoming: string, digest: Digest): Promise<void> {
  await rm(journalPath(incoming, digest), { force: true });
  await rm(dataPath(incoming, digest), { force: true });
}

/** What is there of a layer: by its journal, or without one by the file's length. */
async function readParts(incoming: string, { digest, size }: Layer): Promise<Parts> {
  const file = await open(dataPath(incoming, digest), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (thrown: unknown) => {
      if (isAbsent(thrown)) return null;
      throw thrown;
    },
  );
  if (file === null) return new Parts(size);
  try {
    const { size: length } = await file.stat();
    const journal = await readFile(journalPath(incoming, digest)).catch(() => null);
    const parts = journal === null ? null : Parts.read(journal, size);
    if (parts !== null && parts.reach <= length) return parts;
    return journal === null && length <= size ? Parts.beginning(size, length) : new Parts(size);
  } finally {
    await file.close();
  }
}

/**
 * A layer on its way in. Parts may come in any order; the journal beside the file says what is there, and is changed after
 * the bytes are: whenever the process ends, it says no more than is true.
 */
export class PartialFile {
  readonly parts: Parts;
  readonly file: FileHandle;
  readonly #journal: FileHandle | null;
  readonly #incoming: string;
  readonly #digest: Digest;
  /** Bytes since the last sync began. */
  #written = 0;
  #syncing: Promise<unknown> | null = null;
  #failed: { readonly thrown: unknown } | null = null;

  private constructor(file: FileHandle, journal: FileHandle | null, parts: Parts, incoming: string, digest: Digest) {
    this.file = file;
    this.#journal = journal;
    this.parts = parts;
    this.#incoming = incoming;
    this.#digest = digest;
  }

  static async open(incoming: string, layer: Layer): Promise<PartialFile> {
    const { digest, size } = layer;
    const parts = await readParts(incoming, layer);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(dataPath(incoming, digest), flags, 0o600);
    try {
      if (parts.done === 0) await file.truncate(0);
      // One part comes in order: the file's length is its journal.
      if (size <= partBytes) return new PartialFile(file, null, parts, incoming, digest);
      // Written in whole beforehand, so that a full disk cannot keep it from saying what came.
      await writeAtomically(journalPath(incoming, digest), parts.journal());
      const journal = await open(journalPath(incoming, digest), constants.O_RDWR | constants.O_NOFOLLOW);
      return new PartialFile(file, journal, parts, incoming, digest);
    } catch (thrown) {
      await file.close();
      throw fromFileSystem(thrown);
    }
  }

  isComplete(): boolean {
    return this.parts.done === this.parts.size;
  }

  /** How the thread that reads the layer is to write it: each run where it belongs, and its length in the journal after that. */
  saving(missing: ReturnType<Parts['missing']>, { from, until }: { from: number; until: number }): Saving {
    return {
      descriptor: this.file.fd,
      notes: this.#journal?.fd ?? null,
      from,
      until,
      kept: missing.map(({ part, start, end }) => ({
        start,
        end,
        note: { position: this.parts.entry(part), base: this.parts.start(part) },
      })),
    };
  }

  /** So many more bytes of a part are written. */
  add(part: number, bytes: number): void {
    this.parts.add(part, bytes);
    this.#written += bytes;
    if (this.#written < syncBytes || this.#syncing !== null) return;
    this.#written = 0;
    this.#syncing = this.file
      .datasync()
      .catch((thrown: unknown) => void (this.#failed ??= { thrown }))
      .finally(() => (this.#syncing = null));
  }

  /** What the disk said of a write. */
  problemOf = (thrown: unknown): unknown => fromFileSystem(thrown);

  /** Resolves when every byte is on the disk. */
  async sync(): Promise<void> {
    try {
      await this.#syncing;
      // The system tells of a lost write once; the next sync would know nothing of it.
      if (this.#failed !== null) throw this.#failed.thrown;
      await this.file.sync();
    } catch (thrown) {
      throw fromFileSystem(thrown);
    }
  }

  /** What the file is from now on. */
  async identity(): Promise<string> {
    return identityOf(await this.file.stat({ bigint: true }));
  }

  /** The file stands for itself now. */
  async removeJournal(): Promise<void> {
    await rm(journalPath(this.#incoming, this.#digest), { force: true });
  }

  discard(): Promise<void> {
    return removePart(this.#incoming, this.#digest);
  }

  async close(): Promise<void> {
    await this.#syncing;
    await this.#journal?.close();
    await this.file.close();
  }
}
