import type { KnownFile } from '../database/documents.ts';
import { formatOf, refusedExtensions } from '../parse/extensions.ts';
import { reasons } from '../parse/index.ts';
import { extensionOf } from '../database/contents.ts';
import type { FileProblem } from './reasons.ts';
import type { FoundFile } from './walk.ts';

/** A file written in the same moment as it was last looked at may have changed since without showing it. */
const settleTime = 2000;

/** Largest file that is read at all (the parser's own limit). */
const mostBytes = 100 * 1024 * 1024;

/** Size and time say that it is the file the ledger knows. */
export function looksUnchanged(file: Pick<FoundFile, 'size' | 'modified'>, known: KnownFile): boolean {
  if (known.status === 'removed' || known.origin !== 'path' || known.retry || !known.current) return false;
  if (known.size !== file.size || known.modified !== file.modified) return false;
  return known.modified < known.checkedAt - settleTime;
}

/** The same bytes as the ledger knows, with an outcome that would be the same again. */
export const sameBytes = (sha256: string, known: KnownFile): boolean =>
  known.sha256 === sha256 &&
  known.current &&
  known.status !== 'removed' &&
  (known.status === 'indexed' || !known.retry);

/** Kinds whose content is not even looked at: reading a folder of films would take an hour and give nothing. */
const notText = new Set(['picture', 'sound', 'archive']);

/** What name and size alone decide. */
export function refusedUnread(file: Pick<FoundFile, 'name' | 'size'>): FileProblem | null {
  const extension = extensionOf(file.name);
  const refused = Object.hasOwn(refusedExtensions, extension) ? refusedExtensions[extension] : undefined;
  if (refused !== undefined && notText.has(refused))
    return { status: 'skipped', reason: reasons[refused][1], retry: false };
  if (file.size <= mostBytes) return null;
  if (!Object.hasOwn(formatOf, extension)) return { status: 'skipped', reason: reasons.unknown[1], retry: false };
  return { status: 'failed', reason: reasons.file_too_large[1], retry: false };
}
