import type { IngestResult } from '../types.ts';
import { isProblem, parseFile } from './parse-file.ts';
import { sha256Of } from './read-file.ts';
import type { RunDeps } from './run.ts';

/** What people see of a path that the page sent: no control characters, no way up, no root. */
export function uploadPath(name: string): string {
  const parts = name
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .split(/[\\/]+/u)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/') || 'document';
}

/** Takes in bytes that have no path. They are kept in the vault, so that the pages can be shown again. */
export async function upload(
  deps: RunDeps,
  collectionId: string,
  given: { name: string; bytes: Uint8Array },
  signal: AbortSignal,
): Promise<IngestResult> {
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
  const result = (
    status: IngestResult['status'],
    figures: { pages: number; chunks: number; reason: string | null },
  ): IngestResult => ({
    path,
    status,
    ...(figures.reason === null ? {} : { reason: figures.reason }),
    pages: figures.pages,
    chunks: figures.chunks,
    bytes: bytes.byteLength,
    ms: Math.round((performance.now() - started) * 10) / 10,
  });
  const known = (await database.call('documents.known', { collectionId })).find((one) => one.path === path);
  if (known?.sha256 === sha256 && known.status === 'indexed' && known.current) return result('unchanged', known);
  const at = now().toISOString();
  const reused = await database.call('documents.reuse', { collectionId, file, now: at, bytes });
  if (reused !== null) return result('indexed', reused);
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
    return result(status, entry);
  }
  const { kind: sandbox } = await parser.sandbox();
  return result(
    'indexed',
    await database.call('documents.put', { collectionId, file, parsed, sandbox, now: at, bytes }),
  );
}
