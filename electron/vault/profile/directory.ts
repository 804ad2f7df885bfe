import { homedir } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';

export interface PlatformFacts {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The platform's folder for application data. Linux: XDG Base Directory 0.8 (a relative `XDG_DATA_HOME` is to be
 * ignored). Windows: the local folder, not the roaming one, because models and databases are large.
 */
export function defaultProfileDirectory({ platform, home, env }: PlatformFacts): string {
  if (platform === 'win32') return win32.join(env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local'), 'Cloister');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Cloister');
  const data = env['XDG_DATA_HOME'];
  return posix.join(data !== undefined && isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'cloister');
}

export const defaultProfile = (): string =>
  defaultProfileDirectory({ platform: process.platform, home: homedir(), env: process.env });
