import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A socket's path must fit `sun_path`: 104 bytes on macOS, 108 on Linux, with the closing zero. */
const longestPath = 100;

/**
 * Where another process of this person finds the one that has the profile open. In the profile, which is private; where its
 * path is too long for a socket, under a name of its own among the temporary files. What listens there proves itself: the
 * name alone is trusted by nobody.
 */
export async function controlPlace(profile: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  const real = await realpath(profile);
  const name = `cloister-${createHash('sha256').update(real).digest('hex').slice(0, 24)}`;
  if (platform === 'win32') return `\\\\.\\pipe\\${name}-${userInfo().username}`;
  const inside = join(real, 'control.sock');
  return Buffer.byteLength(inside) <= longestPath ? inside : join(tmpdir(), `${name}.sock`);
}
