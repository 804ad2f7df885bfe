import { access, constants } from 'node:fs/promises';
import { delimiter, posix, win32 } from 'node:path';
import { CloisterError } from '../../../shared/errors.ts';

interface BrowserFacts {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** By the name on the PATH, best first. Chromium before Chrome and Edge: it has no account and no telemetry to switch off. */
const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
];

const macApplications = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Brave Browser'];

const windowsPrograms = [
  ['Chromium', 'Application', 'chrome.exe'],
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['BraveSoftware', 'Brave-Browser', 'Application', 'brave.exe'],
];

/** Where a browser of Chromium's family may be installed, best first. */
export function browserCandidates({ platform, home, env }: BrowserFacts): readonly string[] {
  if (platform === 'darwin') {
    return ['/Applications', posix.join(home, 'Applications')].flatMap((folder) =>
      macApplications.map((name) => posix.join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
    );
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return folders.flatMap((folder) =>
      folder === undefined ? [] : windowsPrograms.map((parts) => win32.join(folder, ...parts)),
    );
  }
  // A snap sees neither our profile folder nor the pipe's descriptors.
  const folders = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => posix.isAbsolute(folder) && !folder.startsWith('/snap'));
  return linuxNames.flatMap((name) =>
    [...folders, '/usr/bin', '/opt/google/chrome', '/opt/microsoft/msedge'].map((folder) => posix.join(folder, name)),
  );
}

/** The first installed browser. Throws `not_available` with the one thing to do. */
export async function findBrowser(facts: BrowserFacts): Promise<string> {
  for (const candidate of browserCandidates(facts)) {
    if (await isExecutable(candidate)) return candidate;
  }
  const advice =
    facts.platform === 'linux' ? 'Install the package chromium (not as a snap)' : 'Install Chrome, Chromium or Edge';
  throw new CloisterError('not_available', `There is no browser to show the window in. ${advice}, and start again.`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
