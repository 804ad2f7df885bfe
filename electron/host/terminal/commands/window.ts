import type { Readable } from 'node:stream';
import { samplesCollection } from '../../../app/index.ts';
import { openInChromium } from '../../chromium/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { chat } from './chat.ts';
import { sample, sayWeakerWalls, takeInSamples } from './sample.ts';

const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);

/** The window where there is a display. It stays until the person closes it. */
export async function openWindow(context: CommandContext): Promise<ExitCode> {
  const application = await context.application();
  // The keychain is asked while the browser starts; the page asks for the same a second later and finds it answered.
  void application.status().catch(() => undefined);
  const window = await openInChromium({ application, entries: application.ports.entries, profile: context.profile });
  if (window.isUnsandboxed)
    context.output.note('Chromium runs without its own sandbox because this is root. Use an ordinary account.');
  if (window.network !== 'namespace')
    context.output.note('The window is not in a network namespace here; its connections are closed by switches alone.');
  const close = (): void => void window.close();
  context.signal.addEventListener('abort', close, { once: true });
  // Told to end while the browser was still starting.
  if (context.signal.aborted) close();
  await window.closed;
  return 0;
}

/** A talk over the sample collection in the terminal; makes the vault on first use when a keychain or passphrase is there. */
async function talkInTerminal(context: CommandContext, input: Readable): Promise<ExitCode> {
  const application = await context.application();
  const status = await application.rooms.vault.status();
  if (status.state === 'absent') {
    const passphrase = await context.passphrase();
    await application.create({ keySource: passphrase === undefined ? 'keychain' : 'passphrase', passphrase });
  }
  const open = await context.unlocked();
  await sayWeakerWalls(context, open);
  if ((await open.rooms.documents.collectionByName(samplesCollection)) === null) {
    await takeInSamples(context, open);
    await open.rooms.documents.embedPending({ signal: context.signal }).catch(() => 0);
  }
  return chat(context, input, { collection: samplesCollection });
}

/**
 * `cloister` with no command: a window where there is a display, else a talk in the terminal, else (a container, a
 * pipeline: no display, no terminal or no way to keep a key) the main job once in a temporary vault.
 */
export async function start(context: CommandContext, input: Readable, hasTerminal: boolean): Promise<ExitCode> {
  if (hasDisplay()) return openWindow(context);
  const status = await (await context.application()).rooms.vault.status();
  const canKeepKey =
    status.state !== 'absent' || status.keychain.available || (await context.passphrase()) !== undefined;
  if (hasTerminal && canKeepKey) return talkInTerminal(context, input);
  const code = await sample(context);
  context.output.note(
    [
      '\nHow to go on:',
      '  with a display       npm start',
      '  with a passphrase    npx cloister init --passphrase-file FILE, then ingest, ask and chat with the same option',
      '  every command        npx cloister --help',
    ].join('\n'),
  );
  return code;
}
