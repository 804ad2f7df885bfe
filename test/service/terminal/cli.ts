import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
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
  /** The same with neither of them: which profile it is comes from the environment. */
  runWithoutProfile(...args: string[]): Promise<Ran>;
  /** Starts it and leaves the rest to the caller: what is typed, what is read, how it ends. */
  start(...args: string[]): ChildProcessWithoutNullStreams;
  startLocked(...args: string[]): ChildProcessWithoutNullStreams;
  /**
   * Runs it in a pseudo-terminal of that many columns, without `--json`. `type`: what is typed once all of `after` was said.
   * `out` is what a person sees.
   */
  runAtTerminal(
    options: { columns?: number; after?: string; type?: string },
    ...args: string[]
  ): Promise<Pick<Ran, 'code' | 'out'>>;
  remove(): Promise<void>;
}

export interface CommandLineOptions {
  /** Where profile, documents and passphrase go; it is the caller's to remove. Default: a fresh folder. */
  readonly folder?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly passphrase?: string;
}

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
};

/** Collects what a started command says, and its end. Rejects when it could not be started. */
export function collect(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = out
        .split('\n')
        .filter((line) => line !== '')
        .map(parse);
      resolve({ code, out, err, lines, json: lines.at(-1) ?? {} });
    });
  });
}

export async function createCommandLine(options: CommandLineOptions = {}): Promise<CommandLine> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'cloister-cli-')));
  const profile = join(folder, 'profile');
  const passphraseFile = join(folder, 'passphrase');
  await mkdir(join(folder, 'documents'), { recursive: true });
  await writeFile(passphraseFile, `${options.passphrase ?? 'a passphrase of the tests'}\n`, { mode: 0o600 });

  // No keychain of this machine takes part: what is tested here is the passphrase vault.
  const env = {
    ...process.env,
    ...{ DBUS_SESSION_BUS_ADDRESS: '', DISPLAY: '', WAYLAND_DISPLAY: '' },
    ...options.environment,
  };
  const startBare = (...args: string[]) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli.js'), '--json', ...args], { cwd: root, env });
    // It may be gone before it read what it was told.
    child.stdin.on('error', () => undefined);
    return child;
  };
  const startLocked = (...args: string[]) => startBare('--profile', profile, ...args);
  const start = (...args: string[]) => startLocked('--passphrase-file', passphraseFile, ...args);
  const toItsEnd = (child: ChildProcessWithoutNullStreams): Promise<Ran> => {
    child.stdin.end();
    return collect(child);
  };
  const runAtTerminal: CommandLine['runAtTerminal'] = async ({ columns = 80, after, type = '' }, ...args) => {
    const script = join(folder, 'at-terminal.sh');
    const command = [process.execPath, join(root, 'dist/cli.js'), '--profile', profile, '--passphrase-file', passphraseFile, ...args]; // prettier-ignore
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    await writeFile(script, `stty cols ${columns}\n${quoted}\necho "[exit $?]"\n`);
    const child = spawn('socat', ['-t', '30', '-', `EXEC:sh ${script},pty,stderr,setsid,ctty`], { cwd: root, env });
    let seen = '';
    child.stdout.on('data', (part: Buffer) => {
      seen += part.toString();
      if (after !== undefined && seen.includes(after)) {
        child.stdin.write(type);
        after = undefined;
      }
      if (/\[exit \d+\]/.test(seen)) child.stdin.end();
    });
    const { out } = await collect(child);
    const [end = '', code = ''] = /\[exit (\d+)\]/.exec(out) ?? [];
    return { code: code === '' ? null : Number(code), out: out.replace(end, '').replaceAll('\r\n', '\n') };
  };
  return {
    folder,
    profile,
    passphraseFile,
    runAtTerminal,
    run: (...args) => toItsEnd(start(...args)),
    runLocked: (...args) => toItsEnd(startLocked(...args)),
    runWithoutProfile: (...args) => toItsEnd(startBare(...args)),
    start,
    startLocked,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
