// Runs one of the project's scripts on a machine that may have nothing yet: installs the locked dependencies when they are
// missing or the lockfile changed, then hands over to the Node that the lockfile provides. Plain JavaScript for old Nodes.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';
const stamp = join(root, 'node_modules', '.cloister-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

/** Passes signals on and gives back the exit code, so that Ctrl-C ends the whole run and nothing is orphaned. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: windows });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass);
    process.on('SIGTERM', pass);
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => {
      process.off('SIGINT', pass);
      process.off('SIGTERM', pass);
      resolve(signal === null ? (code ?? 1) : 130);
    });
  });
}

async function ensureDependencies() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing the locked dependencies…\n');
  const code = await run(windows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error']);
  if (code !== 0) {
    process.stderr.write(
      'The dependencies could not be installed. Check the connection to your npm registry and run the same command again.\n',
    );
    process.exit(code);
  }
  writeFileSync(stamp, lock);
}

/** The pinned Node where the lockfile carries one for this platform, else the machine's own when it is new enough. */
function findNode() {
  const pinned = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `Cloister needs Node 24; this is ${process.versions.node}. Install Node 24 and run the same command again.\n`,
  );
  process.exit(1);
}

await ensureDependencies();
const [script, ...rest] = process.argv.slice(2);
process.exit(await run(findNode(), [join(root, 'scripts', `${script}.ts`), ...rest]));
