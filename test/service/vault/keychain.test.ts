import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryKeychain } from '../../../electron/vault/index.ts';
import { here } from './paths.ts';
import { drive } from './processes.ts';

/**
 * A real gnome-keyring in a D-Bus session of its own. What runs inside it is a process: the session ends with it. `setup`
 * is a line of shell before it.
 */
const unlockKeyring =
  'printf "testpw\\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1';

const folders: string[] = [];
const home = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-keyring-'));
  folders.push(folder);
  return folder;
};
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const bare = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home(),
  ...extra,
});

/** D-Bus itself writes to its stderr; only what our process writes is kept. */
const inSession = (setup: string): string[] => [
  'dbus-run-session',
  '--',
  'sh',
  '-c',
  `${setup}\nexec "$@" 2>"$HOME/stderr"`,
  'sh',
];

interface Seen {
  readonly probed: { available: boolean; backend?: string; reason?: string };
  readonly got: unknown;
  readonly ms: number;
}

async function look(
  limit: number,
  options: { before?: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<Seen & { exit: unknown; stderr: string }> {
  const process = drive(['keychain', '', String(limit)], options);
  const exit = await process.ended;
  return { ...(JSON.parse(process.lines.at(-1) ?? '{}') as Seen), exit, stderr: process.stderr() };
}

describe('the contract of a keychain', () => {
  const contract = async (result: Record<string, unknown>) =>
    expect(result).toEqual({
      available: true,
      missing: null,
      first: 'one',
      replaced: 'two ünïcode\nand a line',
      long: 2000,
      other: 'else',
      gone: null,
      goneTwice: null,
    });

  it('is kept by the one in memory', async () => {
    const { exercise } = await import('./keychain-contract.ts');
    await contract(await exercise(createMemoryKeychain()));
  });

  it('is kept by a real GNOME Keyring', async () => {
    const env = bare();
    const run = spawnSync(
      'dbus-run-session',
      ['--', 'sh', '-c', `${unlockKeyring}; exec "$@"`, 'sh', process.execPath, here('keychain-contract.ts')],
      { env, encoding: 'utf8' },
    );
    await contract(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>);
  });

  it('holds a vault’s key over restarts of Cloister, and the vault is lost with it', async () => {
    const env = bare();
    const run = spawnSync(
      'dbus-run-session',
      [
        '--',
        'sh',
        '-c',
        `${unlockKeyring}; exec "$@"`,
        'sh',
        process.execPath,
        here('keychain-vault.ts'),
        join(env['HOME'] ?? '', 'profile'),
      ],
      { env, encoding: 'utf8' },
    );
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}')).toEqual({
      source: 'keychain',
      backend: 'Secret Service',
      reopened: ['kept'],
      entries: 1,
      afterDeletion: 'key_lost',
      state: 'locked',
    });
  });
});

describe('without a working keychain', () => {
  it('there is a reason at once, and nothing on stderr, when there is no D-Bus session', async () => {
    const seen = await look(5000, { env: bare() });
    expect(seen).toMatchObject({
      probed: { available: false, reason: expect.stringContaining('No D-Bus session') },
      got: { thrown: 'keychain_missing' },
      exit: 0,
      stderr: '',
    });
    expect(seen.ms).toBeLessThan(500);
  });

  it('no bus is started behind our back under a display', async () => {
    const seen = await look(5000, { env: bare({ DISPLAY: ':99' }) });
    expect(seen.probed.reason).toContain('No D-Bus session');
  });

  it('there is a reason when the address leads nowhere', async () => {
    const seen = await look(5000, { env: bare({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }) });
    expect(seen).toMatchObject({
      probed: { available: false, reason: expect.stringContaining('No D-Bus session') },
      exit: 0,
      stderr: '',
    });
  });

  it('there is a reason when the keyring is locked and nobody can be asked', async () => {
    const env = bare();
    const seen = await look(10_000, { before: inSession('true'), env });
    expect(seen).toMatchObject({
      probed: { available: false, reason: expect.stringMatching(/locked|default collection/) },
    });
    expect(spawnSync('cat', [join(env['HOME'] ?? '', 'stderr')], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('a keyring that hangs is given up in time, and holds up neither file access nor the exit', async () => {
    // In the foreground of a background job, so that its process id is known; it is stopped once it owns its name.
    const freeze = [
      'printf "testpw\\n" | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 & echo $! >"$HOME/pid"',
      'until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.05; done',
      'kill -STOP "$(cat "$HOME/pid")"',
    ].join('\n');
    const env = bare();
    const started = Date.now();
    const seen = await look(1500, { before: inSession(freeze), env }).finally(() =>
      process.kill(Number(readFileSync(join(env['HOME'] ?? '', 'pid'), 'utf8')), 'SIGKILL'),
    );
    expect(seen).toMatchObject({
      probed: { available: false, reason: expect.stringContaining('did not answer within 2 s') },
      got: { thrown: 'keychain_missing' },
    });
    expect(seen.ms).toBeLessThan(4500);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('a bus that accepts and never answers is given up in time', async () => {
    const socket = join(home(), 'bus');
    const server = createServer(() => undefined).listen(socket);
    const seen = await look(1000, { env: bare({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` }) });
    server.close();
    expect(seen).toMatchObject({
      probed: { available: false, reason: expect.stringContaining('did not answer') },
      exit: 0,
      stderr: '',
    });
    expect(seen.ms).toBeLessThan(4000);
  });
});

describe('the keychain helper', () => {
  it('ends with the process it serves, also when that is killed', async () => {
    const child = spawn(process.execPath, [here('keychain-idle.ts')], {
      env: bare({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const helper = await new Promise<number>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect(alive(helper)).toBe(true);
    child.kill('SIGKILL');
    for (let waited = 0; alive(helper) && waited < 100; waited++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(alive(helper)).toBe(false);
  });
});

/** A zombie nobody waits for does not count as alive. */
function alive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}
