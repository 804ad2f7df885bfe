/** What the tests need from the system, and how Debian and its kin call it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed: Readonly<Record<string, string>> = {
  chromium: 'chromium',
  bwrap: 'bubblewrap',
  socat: 'socat',
  'gnome-keyring-daemon': 'gnome-keyring',
  'dbus-run-session': 'dbus',
  Xvfb: 'xvfb',
  'docker-registry': 'docker-registry',
  cmake: 'cmake',
  'g++': 'g++',
  setpriv: 'util-linux',
  pdftotext: 'poppler-utils',
};

const inPath = (command: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, command))) ||
  existsSync(join('/usr/bin', command));

/** Installs what is missing as root on Debian and its kin; otherwise returns one line for each missing part with the command. */
export function installSystemPackages(report: (text: string) => void): Promise<string[]> {
  const missing = Object.keys(needed).filter((command) => !inPath(command));
  if (missing.length === 0) return Promise.resolve([]);
  const packages = [...new Set(missing.map((command) => needed[command] ?? command))];
  const command = `apt-get install -y ${packages.join(' ')}`;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (mayInstall) {
    report(`Installing what the tests need: ${packages.join(', ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env });
    spawnSync('apt-get', ['install', '-y', '-qq', ...packages], { stdio: ['ignore', 2, 2], env });
  }
  const still = missing.filter((each) => !inPath(each));
  return Promise.resolve(still.map((each) => `${each} is missing; the tests that need it fail. Run: sudo ${command}`));
}
