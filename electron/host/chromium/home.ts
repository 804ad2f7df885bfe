import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { browserPreferences } from './switches.ts';

/** The browser's own folders. Nothing of the talk is ever in them; they go when the window closes. */
export interface BrowserHome {
  readonly userData: string;
  readonly artifacts: string;
  /** Null when the path is too long for the sockets that Chromium puts there. */
  readonly temporary: string | null;
  remove(): Promise<void>;
}

/** A Unix socket's path holds 107 bytes (unix(7)); Chromium adds `/org.chromium.Chromium.XXXXXX/SingletonSocket`. */
const longestTemporary = 107 - 47;

/**
 * A fresh folder, 0700, in the profile's runtime folder. What a killed run left is removed first: the profile's lock says
 * that no other run uses it.
 */
export async function createBrowserHome(profile: string): Promise<BrowserHome> {
  const runtime = join(profile, 'runtime');
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  for (const name of await readdir(runtime)) {
    if (name.startsWith('window-')) await removeFolder(join(runtime, name));
  }
  const home = await mkdtemp(join(runtime, 'window-'));
  const [userData, artifacts, temporary] = [join(home, 'user'), join(home, 'files'), join(home, 'tmp')];
  for (const folder of [join(userData, 'Default'), artifacts, temporary])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(userData, 'Default', 'Preferences'), JSON.stringify(browserPreferences), { mode: 0o600 });
  return {
    userData,
    artifacts,
    temporary: Buffer.byteLength(temporary) <= longestTemporary ? temporary : null,
    remove: () => removeForGood(home),
  };
}

/** Milliseconds. Helper processes of Chromium end this soon after it; until then they may make their folders anew. */
const lastWrites = { pause: 50, looks: 20 } as const;

async function removeForGood(folder: string): Promise<void> {
  for (let looks = 0; looks < lastWrites.looks; looks += 1) {
    await removeFolder(folder);
    await pause(lastWrites.pause);
    if (!existsSync(folder)) return;
  }
}

/** Chromium's last helper processes may still write while it is removed. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
