import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { isAbsent } from '../store/files.ts';
import { listBytes, refusedList } from './list.ts';

/** A list with the signature that lies beside it. */
export interface SignedDocument {
  readonly document: Uint8Array;
  readonly signature: Uint8Array;
}

/** Bytes: base64 with a line end, and nothing else. */
const signatureBytes = 128;

/** Null when there is none. What is no regular file, or longer than it may be, is refused unread. */
export async function readWhole(path: string, most: number): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return null;
    throw refusedList('unreadable', `${basename(path)} cannot be opened.`);
  });
  if (file === null) return null;
  try {
    const found = await file.stat();
    if (!found.isFile()) throw refusedList('unreadable', `${basename(path)} is not a file.`);
    if (found.size > most) throw refusedList('too_large', `${basename(path)} is too large.`);
    const bytes = Buffer.alloc(found.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Null when there is no list; one without its signature is refused. */
export async function readSigned(path: string): Promise<SignedDocument | null> {
  const document = await readWhole(path, listBytes);
  if (document === null) return null;
  const signature = await readWhole(`${path}.sig`, signatureBytes);
  if (signature === null) throw refusedList('signature', `there is no signature beside it (${basename(path)}.sig).`);
  return { document, signature };
}

/** A public key in a file that a person names. */
export async function readKeyText(path: string): Promise<string> {
  const bytes = await readWhole(path, 16_384);
  if (bytes === null) throw new CloisterError('not_found', 'There is no such key file.');
  return bytes.toString('utf8').trim();
}
