import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { cacheFolder } from '../../folders.ts';

/** The release that set-up obtains, and where it keeps it. */
export const engineVersion = '0.32.15';

/**
 * Where a found engine comes from, in the order in which they are asked. An installed one that nobody approved comes last:
 * it never stands in the way of the one that set-up obtained.
 */
export type EngineSource = 'trusted' | 'cache' | 'installed';

export interface Place {
  readonly source: EngineSource;
  readonly path: string;
}

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const binaryName = (platform: NodeJS.Platform): string => (platform === 'win32' ? 'ollama.exe' : 'ollama');

/** Folder of the engine that set-up obtains: `bin/ollama`, `lib/ollama/…`. */
export function cachedEngine({ platform, home, environment }: Surroundings): string {
  return join(cacheFolder({ platform, home, env: environment }), 'engine', `ollama-${engineVersion}`);
}

function usualFolders({ platform, home, environment }: Surroundings): string[] {
  if (platform === 'darwin') {
    return ['/Applications/Ollama.app/Contents/Resources', '/opt/homebrew/bin', '/usr/local/bin'];
  }
  if (platform === 'win32') {
    return [join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Programs', 'Ollama')];
  }
  return ['/usr/local/bin', '/usr/bin', '/opt/ollama/bin', join(home, '.local', 'bin')];
}

/** Every path where an engine may lie, in order, none twice. Relative PATH entries are never followed. */
export function placesToLook(surroundings: Surroundings, trusted: readonly string[] = []): Place[] {
  const name = binaryName(surroundings.platform);
  const onPath = (surroundings.environment.PATH ?? '').split(delimiter).filter(isAbsolute);
  const installed = [...onPath, ...usualFolders(surroundings)].map((folder) => join(folder, name));
  const places: Place[] = [
    ...trusted.map((path): Place => ({ source: 'trusted', path })),
    { source: 'cache', path: join(cachedEngine(surroundings), 'bin', name) },
    ...installed.map((path): Place => ({ source: 'installed', path })),
  ];
  return places.filter((place, index) => places.findIndex((other) => other.path === place.path) === index);
}

export const hereAndNow = (): Surroundings => ({
  platform: process.platform,
  home: homedir(),
  environment: process.env,
});

/** The places where there is an executable file, by their real paths. */
export async function existingPlaces(places: readonly Place[]): Promise<Place[]> {
  const found: Place[] = [];
  for (const place of places) {
    try {
      await access(place.path, constants.X_OK);
      const path = await realpath(place.path);
      if (!found.some((other) => other.path === path)) found.push({ source: place.source, path });
    } catch {
      continue;
    }
  }
  return found;
}
