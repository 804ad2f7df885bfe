import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { CloisterError } from '../../../shared/errors.ts';
import type { Application } from '../../app/index.ts';
import type { Output, Streams } from './output.ts';

/** What every command gets. */
export interface CommandContext {
  readonly output: Output;
  readonly streams: Streams;
  readonly profile: string;
  /** Aborted by Ctrl-C and SIGTERM: long work ends cleanly and can be continued. */
  readonly signal: AbortSignal;
  /** The application of this profile, not unlocked. Made once. */
  application(): Promise<Application>;
  /** The application, unlocked by the keychain or the passphrase file. */
  unlocked(): Promise<Application>;
  passphrase(): Promise<string | undefined>;
}

/** Bytes. A passphrase file larger than this is not a passphrase. */
const maximumPassphraseFile = 4096;

/** The first line of the file, without its line end. Read once from one descriptor; never from argv or the environment. */
export async function readPassphraseFile(path: string): Promise<string> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY);
  } catch {
    throw new CloisterError(
      'bad_request',
      'The passphrase file cannot be read. Check its path and that you may read it.',
    );
  }
  try {
    const buffer = Buffer.alloc(maximumPassphraseFile + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    const text = buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/)[0] ?? '';
    buffer.fill(0);
    if (bytesRead > maximumPassphraseFile || text === '') {
      throw new CloisterError(
        'bad_request',
        'The passphrase file is empty or too large. Put the passphrase on its first line.',
      );
    }
    return text;
  } finally {
    await file.close();
  }
}
