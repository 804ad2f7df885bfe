/** A D-Bus session with a real GNOME Keyring, in a home of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** In the foreground of a background job, so that it can be ended: it would outlive its session. */
const session = [
  'printf "testpw\\n" | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 & daemon=$!',
  'until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.05; done',
  'echo "$DBUS_SESSION_BUS_ADDRESS"',
  // The session lasts until our end of the pipe is closed.
  'cat >/dev/null',
  'kill $daemon',
].join('\n');

export interface Keyring {
  /** Where it keeps its files. */
  readonly home: string;
  /** What a program needs in its environment to find it. */
  readonly environment: { readonly DBUS_SESSION_BUS_ADDRESS: string };
  /** Cloister's entries, by the last part of their names: `root-key`, `session-tokens`. */
  secrets(): Promise<Map<string, string>>;
  end(): Promise<void>;
}

export async function openKeyring(): Promise<Keyring> {
  const home = await mkdtemp(join(tmpdir(), 'cloister-keyring-'));
  const child = spawn('dbus-run-session', ['--', 'sh', '-c', session], {
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const environment = { DBUS_SESSION_BUS_ADDRESS: address };
  return {
    home,
    environment,
    secrets: async () => {
      const reader = join(import.meta.dirname, 'keyring-secrets.ts');
      const read = () =>
        execute(process.execPath, ['--no-warnings', reader], {
          env: { PATH: process.env['PATH'], HOME: home, ...environment },
        });
      // libsecret stumbles over an entry that is replaced while all are read.
      const { stdout } = await read().catch(read).catch(read);
      const entries = JSON.parse(stdout) as { account: string; password: string }[];
      return new Map(entries.map(({ account, password }) => [account.split(':').at(-1) ?? '', password]));
    },
    end: async () => {
      child.stdin.end();
      await ended;
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
