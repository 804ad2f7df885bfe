#!/usr/bin/env node
// `npx cloister …` from a checkout: runs the built command line with the Node that the lockfile provides, in this very
// process when it is that Node already, so that no second process can be orphaned.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const isNew = Number(process.versions.node.split('.')[0]) >= 24;
const node = isNew || !existsSync(pinned) ? process.execPath : pinned;
const cli = join(root, 'dist', 'cli.js');

if (!existsSync(cli)) {
  if (!existsSync(join(root, 'node_modules'))) {
    process.stderr.write('Cloister is not set up yet. Run: npm run setup\n');
    process.exit(3);
  }
  const built = spawnSync(node, [join(root, 'scripts', 'build.ts')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(3);
}

if (isNew) {
  await import(pathToFileURL(cli).href);
} else {
  // The command takes its own arguments out of the list of processes; they must not stay there under this name.
  if (process.platform !== 'win32') process.title = 'cloister';
  const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code) => process.exit(code ?? 1));
}
