/**
 * Sets everything up and opens Cloister: in Electron where its binary is installed, else the same page in an installed
 * Chromium, else the terminal, else (no display, no terminal, no keychain) the main job once in a temporary vault.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { existingPlaces, hereAndNow, placesToLook } from '../electron/engine/find/places.ts';
import { build, messageOf, obtainParts, profileNamed, root, run, say } from './steps.ts';

/** The binary that Electron's own installer puts there; the npm package alone carries none. */
function electronBinary(): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const pointer = join(folder, 'path.txt');
  if (!existsSync(pointer)) return null;
  const binary = join(folder, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const args = process.argv.slice(2);

/** Where a person can answer, and there is something to ask about. Else nothing is asked, and nothing is trusted either. */
async function askFirst(profile: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const installed = placesToLook(hereAndNow()).filter((place) => place.source === 'installed');
  if ((await existingPlaces(installed)).length === 0) return;
  const { askAboutInstalled } = await import('./engine/ask.ts');
  await askAboutInstalled(profile, { input: process.stdin, output: process.stderr }, say);
}

try {
  await build();
  const profile = profileNamed(args);
  await askFirst(profile);
  const { problems } = await obtainParts(profile);
  for (const problem of problems) say(problem);
  const electron = hasDisplay ? electronBinary() : null;
  if (electron === null) {
    // In this very process: a second Node would cost its start, and could be orphaned. It reads these same arguments.
    await import(pathToFileURL(join(root, 'dist', 'cli.js')).href);
  } else {
    process.exitCode = await run(electron, [root, `--node=${process.execPath}`, ...args]);
  }
} catch (thrown) {
  say(messageOf(thrown));
  process.exitCode = 1;
}
