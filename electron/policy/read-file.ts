import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const maximumBytes = 256 * 1024;
const othersMayWrite = 0o022;

export type PolicyFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'read'; readonly text: string };

const refused = (reason: string): PolicyFile => ({ kind: 'refused', reason });

const errnoOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : 'unknown';

interface Owned {
  readonly uid: number;
  readonly mode: number;
}

/** Null when only the administrator can change it. */
function weakness(what: string, { uid, mode }: Owned, owner: number): string | null {
  if (uid !== owner) return `${what} does not belong to the administrator (root).`;
  return (mode & othersMayWrite) === 0 ? null : `${what} may be changed by others than its owner (chmod go-w).`;
}

/**
 * Reads the policy file once, through one descriptor: what is checked is what is read. It counts only as a regular file of the
 * owner, in a folder of the owner, that nobody else may write. Anything but "there is none" is refused, never ignored.
 */
export async function readPolicyFile(path: string, owner: number): Promise<PolicyFile> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT') return { kind: 'absent' };
    return refused(errno === 'ELOOP' ? 'The policy file is a link.' : `The policy file cannot be opened (${errno}).`);
  }
  try {
    const folder = weakness('The folder of the policy file', await lstat(dirname(path)), owner);
    return folder === null ? await readChecked(file, owner) : refused(folder);
  } catch (thrown) {
    return refused(`The policy file cannot be read (${errnoOf(thrown)}).`);
  } finally {
    await file.close();
  }
}

async function readChecked(file: FileHandle, owner: number): Promise<PolicyFile> {
  const found = await file.stat();
  if (!found.isFile()) return refused('The policy file is not a regular file.');
  const weak = weakness('The policy file', found, owner);
  if (weak !== null) return refused(weak);
  if (found.size > maximumBytes) return refused('The policy file is too large.');
  const bytes = Buffer.alloc(found.size);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  return { kind: 'read', text: bytes.subarray(0, bytesRead).toString('utf8') };
}
