import './process-title.ts';
import { join } from 'node:path';
import packageFile from '../package.json' with { type: 'json' };
import { createApplication } from './app/index.ts';
import { defaultProfile } from './folders.ts';
import { runProgram, terminalDialogs } from './host/terminal/index.ts';
import { createSystemKeychain } from './vault/index.ts';

// Files made by anything in this process are the person's own.
process.umask(0o077);

const dist = import.meta.dirname;
const interrupted = new AbortController();
const interrupt = (): void => interrupted.abort();
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);
// The starter that launched us with a channel is gone: end as it did.
process.on('disconnect', interrupt);
// A reader that closed its end (`| head`) is not an error.
process.stdout.on('error', interrupt);

const entries = {
  databaseWorker: join(dist, 'database-worker.js'),
  hashWorker: join(dist, 'hash-worker.js'),
  egressWorker: join(dist, 'egress-worker.js'),
  parser: join(dist, 'parser.js'),
  modelChecker: join(dist, 'model-checker.js'),
  engineKeeper: join(dist, 'engine-keeper.cjs'),
  page: join(dist, 'page'),
  pageManifest: join(dist, 'page-manifest.json'),
  resources: join(dist, '..', 'resources'),
  node: process.execPath,
  cli: join(dist, 'cli.js'),
};

process.exitCode = await runProgram(process.argv.slice(2), {
  streams: { out: process.stdout, err: process.stderr, isTerminal: process.stderr.isTTY },
  input: process.stdin,
  hasTerminal: process.stdin.isTTY && process.stdout.isTTY,
  signal: interrupted.signal,
  defaultProfile: process.env['CLOISTER_PROFILE'] ?? defaultProfile(),
  version: packageFile.version,
  createApplication: (profile, host) =>
    createApplication({
      profile,
      host,
      entries,
      keychain: createSystemKeychain(),
      dialogs: terminalDialogs,
      version: packageFile.version,
    }),
});
// A terminal that was read from keeps the process open; everything of ours is closed by now.
process.stdin.destroy();
if (process.connected) process.disconnect();
