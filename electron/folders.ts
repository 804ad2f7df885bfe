import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface PlatformFacts {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Windows: the local folder, not the roaming one, because models and databases are large. */
const localData = ({ home, env }: PlatformFacts): string => env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local');

/** XDG Base Directory 0.8: a relative path is to be ignored. */
function fromXdg({ home, env }: PlatformFacts, name: string, usual: readonly string[]): string {
  const given = env[name];
  return given !== undefined && posix.isAbsolute(given) ? given : posix.join(home, ...usual);
}

/** What belongs to one person: databases, keys, models. */
export function profileFolder(facts: PlatformFacts): string {
  const { platform, home } = facts;
  if (platform === 'win32') return win32.join(localData(facts), 'Cloister', 'Profile');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Cloister');
  return posix.join(fromXdg(facts, 'XDG_DATA_HOME', ['.local', 'share']), 'cloister');
}

/**
 * What set-up obtained and can obtain again: once a computer and user, shared by all profiles. Never the profile nor a
 * folder in it, whatever the case of its letters: Windows and macOS make no difference between `Cloister` and `cloister`.
 */
export function cacheFolder(facts: PlatformFacts): string {
  const { platform, home, env } = facts;
  const given = env['XDG_CACHE_HOME'];
  if (platform === 'win32') return win32.join(localData(facts), 'Cloister', 'Cache');
  if (platform === 'darwin' && (given === undefined || !posix.isAbsolute(given)))
    return posix.join(home, 'Library', 'Caches', 'cloister');
  const folder = posix.join(fromXdg(facts, 'XDG_CACHE_HOME', ['.cache']), 'cloister');
  return folder.toLowerCase() === profileFolder(facts).toLowerCase() ? `${folder}-cache` : folder;
}

/** An empty path would be the folder that one happens to be in, and not what was meant. */
export const emptyProfile = 'CLOISTER_PROFILE is empty. Set it to the path of a folder, or unset it.';

const here = (env: PlatformFacts['env']): PlatformFacts => ({ platform: process.platform, home: homedir(), env });

export const defaultProfile = (env: PlatformFacts['env'] = process.env): string => profileFolder(here(env));
export const defaultCache = (env: PlatformFacts['env'] = process.env): string => cacheFolder(here(env));
