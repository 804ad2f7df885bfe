import type { Readable, Writable } from 'node:stream';
import { defaultProfile } from '../../electron/folders.ts';
import { confirm } from '../../electron/host/terminal/confirm.ts';
import { readPolicy } from '../../electron/policy/index.ts';
import type { Report } from './command.ts';
import { approve, decline, lookForInstalled, type InstalledEngine } from './installed.ts';

/** What is to be compared before it is approved; the hash is the one that `sha256sum` prints. */
export const identityOf = ({ version, path, sha256 }: InstalledEngine): string =>
  `Ollama ${version} is installed at ${path}.\n  SHA-256 ${sha256}`;

export const howToTrust = (path: string, profile: string): string =>
  `npx cloister ${profile === defaultProfile() ? '' : `--profile ${profile} `}engine trust ${path}`;

interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Trust on first use, for a start that a person sits at: an installed Ollama is shown and asked about once, and again when
 * it changed. Whatever the answer, it is remembered; without one, nothing is.
 */
export async function askAboutInstalled(profile: string, terminal: Terminal, report: Report): Promise<void> {
  // An organisation that chose the engine leaves nothing to ask.
  if ((await readPolicy()).value('engine.path') !== null) return;
  const found = await lookForInstalled(profile, report);
  if (found === null || found.standing === 'approved' || found.standing === 'declined') return;
  report(identityOf(found));
  if (found.standing === 'changed') report('  It is not the one that you approved before.');
  const answer = await confirm(
    { streams: { out: terminal.output, err: terminal.output, isTerminal: true }, signal: new AbortController().signal },
    terminal.input,
    'Shall Cloister use it as its engine?',
  );
  if (answer === 'yes') {
    await approve(profile, found);
    report('Approved. You are asked again when it changes.');
  } else if (answer === 'no') {
    await decline(profile, found);
    report(
      `It is not used, and an engine of Cloister’s own is obtained. To use it after all: ${howToTrust(found.path, profile)}`,
    );
  } else {
    report('Nothing was decided.');
  }
}
