import { constants, writeSync } from 'node:fs';
import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../digests.ts';
import { fromFileSystem, identityOf, isAbsent, writeAtomically } from '../store/files.ts';
import type { Layer } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
import { Parts, partBytes } from './parts.ts';

/** Layers up to this length are synced to disk before they count as arrived; larger ones are left to the system. */
const syncedBytes = 64 * 2 ** 20;

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

  /** Puts bytes at the end of what is there of a part. */
  async append(part: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.#writeAll(bytes, this.parts.next(part));
      this.parts.add(part, bytes.length);
      if (this.#journal === null) return;
      const entry = this.parts.entry(part);
      // Not asynchronous: four bytes take 2 µs, and waiting for another thread to write them takes 100.
      writeSync(this.#journal.fd, entry.bytes, 0, entry.bytes.length, entry.position);
    } catch (thrown) {
      throw fromFileSystem(thrown);
    }
  }

  /** The system may take fewer bytes than it was given: on a disk that fills it takes the last ones that fit. */
  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  /**
   * What the file is from now on. Small layers are synced; of a large one the system writes the rest by itself, as with any download:
   * a power cut in that time is found by the next check, which hashes every byte.
   */
  async settle(): Promise<string> {
    try {
      if (this.parts.size <= syncedBytes) await this.file.sync();
      return identityOf(await this.file.stat({ bigint: true }));
    } catch (thrown) {
      throw fromFileSystem(thrown);
    }
  }

  /** The file stands for itself now. */
  async removeJournal(): Promise<void> {
    await rm(journalPath(this.#incoming, this.#digest), { force: true });
  }

  discard(): Promise<void> {
    return removePart(this.#incoming, this.#digest);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    await this.file.close();
  }
}
