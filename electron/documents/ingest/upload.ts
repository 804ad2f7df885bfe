import type { LedgerEntry } from '../../../shared/contract/types.ts';
import type { IngestResult } from '../types.ts';
import { isProblem, parseFile } from './parse-file.ts';
import { sha256Of } from './read-file.ts';
import type { RunDeps } from './deps.ts';

/** What people see of a path that the page sent: no control characters, no way up, no root. */
export function uploadPath(name: string): string {
  const parts = name
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .split(/[\\/]+/u)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/') || 'document';
}

export interface Uploaded {
  readonly result: IngestResult;
  /** The file's line as it is now; null: as it was before. */
  readonly entry: LedgerEntry | null;
}

/** Takes in bytes that have no path. They are kept in the vault, so that the pages can be shown again. */
export async function upload(
  deps: RunDeps,
  collectionId: string,
  given: { name: string; bytes: Uint8Array },
  signal: AbortSignal,
): Promise<Uploaded> {
  const { database, parser, now } = deps;
  const started = performance.now();
  const path = uploadPath(given.name);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { bytes } = given;
  const sha256 = sha256Of(bytes);
  const file = {
    path,
    name,
    origin: 'upload',
    sha256,
    size: bytes.byteLength,
    modified: null,
    checkedAt: now().getTime(),
  } as const;
  const uploaded = (
    status: IngestResult['status'],
    figures: { pages: number; chunks: number; reason: string | null },
    entry: LedgerEntry | null,
  ): Uploaded => ({
    result: {
      path,
      status,
      ...(figures.reason === null ? {} : { reason: figures.reason }),
      pages: figures.pages,
      chunks: figures.chunks,
      bytes: bytes.byteLength,
      ms: Math.round((performance.now() - started) * 10) / 10,
    },
    entry,
  });
  const known = (await database.call('documents.known', { collectionId })).find((one) => one.path === path);
  if (known?.sha256 === sha256 && known.status === 'indexed' && known.current)
    return uploaded('unchanged', known, null);
  const at = now().toISOString();
  const reused = await database.call('documents.reuse', { collectionId, file, now: at, bytes });
  if (reused !== null) return uploaded('indexed', reused, reused);
  const parsed = await parseFile(parser, { name, bytes }, signal);
  if (isProblem(parsed)) {
    const { status, reason, retry } = parsed;
    const entry = await database.call('documents.note', {
      collectionId,
      file,
      status,
      reason,
      retry,
      keepContent: false,
    });
    return uploaded(status, entry, entry);
  }
  const { kind: sandbox } = await parser.sandbox();
  const entry = await database.call('documents.put', { collectionId, file, parsed, sandbox, now: at, bytes });
  return uploaded('indexed', entry, entry);
}
