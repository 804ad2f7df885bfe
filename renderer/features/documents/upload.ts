import type { Failure } from '../../bridge/index.ts';
import { ask, failureFrom, failureOf } from '../../bridge/index.ts';
import { useDocuments } from './store.ts';
import type { Picked } from './dropped.ts';

/** Half of what the contract allows: a piece is copied several times on its way through a host. */
const pieceBytes = 4 * 1024 * 1024;
export const largestFile = 100 * 1024 * 1024;

export interface Refused {
  readonly name: string;
  readonly size: number;
  readonly failure: Failure;
}

const uploadId = (): string => crypto.randomUUID().replaceAll('-', '');

/** The pieces of a file of this size. An empty file has one empty piece: it must be offered too. */
export function piecesOf(
  size: number,
  piece = pieceBytes,
): readonly { readonly offset: number; readonly end: number }[] {
  const count = Math.max(1, Math.ceil(size / piece));
  return Array.from({ length: count }, (_, at) => ({ offset: at * piece, end: Math.min(size, (at + 1) * piece) }));
}

async function sendOne(collectionId: string, { name, file }: Picked, left: number, signal: AbortSignal): Promise<void> {
  const id = uploadId();
  for (const { offset, end } of piecesOf(file.size)) {
    if (signal.aborted) return;
    useDocuments.setState({ sending: { collectionId, name, sent: offset, size: file.size, left } });
    const bytes = new Uint8Array(await file.slice(offset, end).arrayBuffer());
    await ask('documents.upload', { collectionId, uploadId: id, name, offset, total: file.size, bytes });
  }
}

/** Hands files over one after the other. One that fails does not hold up the rest; all failures come back at the end. */
export async function upload(collectionId: string, files: readonly Picked[], signal: AbortSignal): Promise<Refused[]> {
  const refused: Refused[] = [];
  try {
    for (const [at, picked] of files.entries()) {
      if (signal.aborted) break;
      const size = picked.file.size;
      if (size > largestFile) {
        refused.push({ name: picked.name, size, failure: failureFrom('too_large') });
        continue;
      }
      await sendOne(collectionId, picked, files.length - at, signal).catch((thrown: unknown) => {
        refused.push({ name: picked.name, size, failure: failureOf(thrown) });
      });
    }
  } finally {
    useDocuments.setState({ sending: null });
  }
  return refused;
}
