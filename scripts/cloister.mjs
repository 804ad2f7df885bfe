#!/usr/bin/env node
// `npx cloister …` from a checkout. Finds the Node that the lockfile provides, builds once if nothing is built, and hands over.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
const cli = join(root, 'dist', 'cli.js');

if (!existsSync(cli)) {
  if (!existsSync(join(root, 'node_modules'))) {
    process.stderr.write('Cloister is not set up yet. Run: npm run setup\n');
    process.exit(3);
  }
  const built = spawnSync(node, [join(root, 'scripts', 'build.ts')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(3);
}
const done = spawnSync(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(done.status ?? 1);
