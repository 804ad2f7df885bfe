/**
 * Sets everything up and opens Cloister: in Electron where its binary is installed, else the same page in an installed
 * Chromium, else the terminal, else (no display, no terminal, no keychain) the main job once in a temporary vault.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, messageOf, obtainParts, root, run, say } from './steps.ts';

/** The binary that Electron's own installer puts there; the npm package alone carries none. */
function electronBinary(): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const pointer = join(folder, 'path.txt');
  if (!existsSync(pointer)) return null;
  const binary = join(folder, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

try {
  await build();
  const { problems } = await obtainParts();
  for (const problem of problems) say(problem);
  const electron = hasDisplay ? electronBinary() : null;
  process.exitCode =
    electron === null
      ? await run(process.execPath, [join(root, 'dist', 'cli.js'), ...process.argv.slice(2)])
      : await run(electron, [root, `--node=${process.execPath}`, ...process.argv.slice(2)]);
} catch (thrown) {
  say(messageOf(thrown));
  process.exitCode = 1;
}
