import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { listCompanions } from './companions.ts';

/** Which file this is, as far as the file system can say: content cannot change under the same identity (ctime). */
interface FileIdentity {
  readonly dev: string;
  readonly ino: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

export interface EngineFile {
  /** Below `lib/ollama`, or the binary's name. Forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly identity: FileIdentity;
}

interface EngineLink {
  readonly name: string;
  readonly target: string;
}

/** Everything of an engine that runs: the binary and the folder with `llama-server` and its libraries. */
export interface Fingerprint {
  readonly binary: EngineFile;
  readonly libraries: readonly EngineFile[];
  readonly links: readonly EngineLink[];
  /** Over the sorted `<sha256>  <name>` lines of the libraries; empty folder or none: over nothing. */
  readonly companions: string;
}

const blockBytes = 1 << 20;

const identityOf = (stats: BigIntStats): FileIdentity => ({
  dev: String(stats.dev),
  ino: String(stats.ino),
  size: String(stats.size),
  mtimeNs: String(stats.mtimeNs),
  ctimeNs: String(stats.ctimeNs),
});

const sameIdentity = (left: FileIdentity, right: FileIdentity): boolean =>
  left.ino === right.ino &&
  left.dev === right.dev &&
  left.size === right.size &&
  left.mtimeNs === right.mtimeNs &&
  left.ctimeNs === right.ctimeNs;

async function sha256Of(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(block, 0, block.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(block.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Anybody could replace it: such a file is never run. Windows has no such bits. */
function refuseIfWritableByAll(stats: BigIntStats, path: string): void {
  if (process.platform !== 'win32' && (Number(stats.mode) & 0o002) !== 0) {
    throw new CloisterError(
      'engine_untrusted',
      `Every user may change ${basename(path)}; make it writable for its owner only.`,
    );
  }
}

/** Hashes one open file; a file with the identity of `known` was hashed before and is not read again. */
async function fingerprintFile(
  path: string,
  name: string,
  known: ReadonlyMap<string, EngineFile>,
): Promise<EngineFile> {
  const file = await open(path, 'r');
  try {
    const before = await file.stat({ bigint: true });
    refuseIfWritableByAll(before, path);
    const identity = identityOf(before);
    const earlier = known.get(path);
    if (earlier !== undefined && sameIdentity(earlier.identity, identity)) return { ...earlier, name };
    const sha256 = await sha256Of(file);
    if (!sameIdentity(identity, identityOf(await file.stat({ bigint: true })))) {
      throw new CloisterError('engine_changed', 'The engine was written to while it was being checked. Try again.');
    }
    return { name, path, sha256, identity };
  } finally {
    await file.close();
  }
}

const digestOf = (files: readonly EngineFile[], links: readonly EngineLink[]): string => {
  const lines = [
    ...files.map((file) => `${file.sha256}  ${file.name}\n`),
    ...links.map((link) => `-> ${link.target}  ${link.name}\n`),
  ];
  return createHash('sha256').update(lines.sort().join('')).digest('hex');
};

/** Hashes an engine, reading only what `known` does not hold with the same identity. Throws `engine_missing`. */
export async function fingerprintEngine(binary: string, known: readonly EngineFile[] = []): Promise<Fingerprint> {
  const byPath = new Map(process.platform === 'win32' ? [] : known.map((file) => [file.path, file]));
  const libraries: EngineFile[] = [];
  const links: EngineLink[] = [];
  for (const { name, path, kind } of await listCompanions(binary)) {
    if (kind === 'file') libraries.push(await fingerprintFile(path, name, byPath));
    else links.push({ name, target: await readlink(path) });
  }
  return {
    binary: await fingerprintFile(binary, basename(binary), byPath),
    libraries,
    links,
    companions: digestOf(libraries, links),
  };
}
