import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The last line of stdout as JSON. */
  readonly json: Record<string, unknown>;
  readonly lines: readonly Record<string, unknown>[];
}

export interface CommandLine {
  readonly folder: string;
  readonly profile: string;
  readonly passphraseFile: string;
  /** Runs the built command line with this profile and `--json`. */
  run(...args: string[]): Promise<Ran>;
  /** The same without the passphrase file. */
  runLocked(...args: string[]): Promise<Ran>;
  start(...args: string[]): ReturnType<typeof spawn>;
  remove(): Promise<void>;
}

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
};

export async function createCommandLine(): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-cli-'));
  const profile = join(folder, 'profile');
  const passphraseFile = join(folder, 'passphrase');
  await mkdir(join(folder, 'documents'));
  await writeFile(passphraseFile, 'a passphrase of the tests\n', { mode: 0o600 });

  // No keychain of this machine takes part: what is tested here is the passphrase vault.
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: '', DISPLAY: '', WAYLAND_DISPLAY: '' };
  const start = (...args: string[]) =>
    spawn(process.execPath, [join(root, 'dist/cli.js'), '--json', '--profile', profile, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = (args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const child = start(...args);
      let out = '';
      let err = '';
      child.stdout.on('data', (part: Buffer) => (out += part.toString()));
      child.stderr.on('data', (part: Buffer) => (err += part.toString()));
      child.on('close', (code) => {
        const lines = out
          .split('\n')
          .filter((line) => line !== '')
          .map(parse);
        resolve({ code, out, err, lines, json: lines.at(-1) ?? {} });
      });
    });
  return {
    folder,
    profile,
    passphraseFile,
    run: (...args) => run(['--passphrase-file', passphraseFile, ...args]),
    runLocked: (...args) => run(args),
    start: (...args) => start('--passphrase-file', passphraseFile, ...args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
