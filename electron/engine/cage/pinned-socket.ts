import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { CloisterError } from '../../../shared/errors.ts';

/** Linux `O_PATH`: a handle on the thing itself, good for nothing but to name it. Node has no constant for it. */
const pathOnly = 0o10000000;

/**
 * Takes hold of the socket and removes its name. From then on only this process can open it, through its own descriptor:
 * no other program finds a door to walk around the record, nothing in the cage can put another socket in its place, and
 * nothing is left that could stand in the way of the next start.
 */
export async function pinSocket(socket: string, folder: string): Promise<{ path: string; close: () => Promise<void> }> {
  const handle: FileHandle = await open(socket, pathOnly | constants.O_NOFOLLOW);
  const found = await handle.stat();
  if (!found.isSocket() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    await handle.close();
    throw new CloisterError('engine_failed', 'The cage offered something that is not its private socket.');
  }
  await rm(folder, { recursive: true, force: true });
  return { path: `/proc/self/fd/${handle.fd}`, close: () => handle.close() };
}
