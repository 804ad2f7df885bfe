import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';
import { digestOfHex, type Digest } from '../digests.ts';
import { fromFileSystem, identityOf } from './files.ts';
import { hashFile } from './hash-file.ts';
import { incomingName, type Arrived } from './promote.ts';

export interface ArrivedLayer extends Arrived {
  readonly size: number;
}

/** Syncs, hashes and names a file that lies in `incoming`. */
async function settle(incoming: string, path: string, expected: Digest | undefined): Promise<ArrivedLayer> {
  const file = await open(path, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
    const { hex, bytes } = await hashFile(file);
    const digest = digestOfHex(hex);
    if (expected !== undefined && digest !== expected) {
      throw new CloisterError(
        'model_changed',
        'A copied part of the model is not what it should be. Nothing was installed.',
      );
    }
    await rename(path, join(incoming, incomingName(digest)));
    return { digest, size: bytes, identity: identityOf(await file.stat({ bigint: true })) };
  } finally {
    await file.close();
  }
}

async function arrive(
  incoming: string,
  put: (path: string) => Promise<void>,
  expected: Digest | undefined,
): Promise<ArrivedLayer> {
  const path = join(incoming, `.${randomBytes(8).toString('hex')}.copy`);
  try {
    await put(path);
    return await settle(incoming, path, expected);
  } catch (thrown) {
    await rm(path, { force: true });
    throw fromFileSystem(thrown);
  }
}

/** Copies a file of this machine into quarantine (shared blocks where the file system can) and hashes the copy. */
export const arriveFile = (incoming: string, source: string, expected?: Digest): Promise<ArrivedLayer> =>
  arrive(incoming, (path) => copyFile(source, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL), expected);

export const arriveText = (incoming: string, text: string): Promise<ArrivedLayer> =>
  arrive(incoming, (path) => writeFile(path, text, { flag: 'wx', mode: 0o600 }), undefined);
