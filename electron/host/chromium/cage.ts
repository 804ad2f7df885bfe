import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './environment.ts';

const run = promisify(execFile);

export interface BrowserCommand {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `namespace`: the browser has no network at all. `switches`: it was only told to use none. */
  readonly network: 'namespace' | 'switches';
}

/** A display over TCP (`localhost:10.0`, as ssh forwards it) cannot be reached from a namespace without a network. */
export function needsNetwork(environment: Environment): boolean {
  const display = environment['DISPLAY'] ?? '';
  return (
    environment['WAYLAND_DISPLAY'] === undefined &&
    display !== '' &&
    !display.startsWith(':') &&
    !display.startsWith('unix:')
  );
}

/**
 * How the browser is started: inside a network namespace of its own where bubblewrap may make one. Its page can reach
 * nothing either way (routes, policy); this holds for the browser itself, which is not our program. It also dies with us.
 */
export async function browserCommand(
  browser: string,
  resources: string,
  environment: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Promise<BrowserCommand> {
  const canSeal = platform === 'linux' && !needsNetwork(environment) && (await bubblewrapWorks(environment));
  if (!canSeal) return { executable: browser, environment, network: 'switches' };
  return {
    executable: join(resources, 'linux', 'sealed-browser.sh'),
    environment: { ...environment, CLOISTER_BROWSER: browser },
    network: 'namespace',
  };
}

async function bubblewrapWorks(environment: Readonly<Record<string, string>>): Promise<boolean> {
  return run('bwrap', ['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent', '--', 'true'], {
    env: environment,
    timeout: 5000,
  }).then(
    () => true,
    () => false,
  );
}
