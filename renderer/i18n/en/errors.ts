import type { ErrorCode, ErrorDetail } from '../../../shared/errors.ts';
import { bytes } from '../format.ts';

export interface ErrorText {
  /** What happened. */
  readonly sentence: string;
  /** What to do. */
  readonly remedy: string;
}

/** Total over the closed list: a new code without words does not compile. */
export const errorTexts = {
  bad_request: {
    sentence: 'Cloister did not understand this request.',
    remedy: 'Try again. If it stays, start Cloister again and note the code.',
  },
  unauthenticated: {
    sentence: 'This session has ended.',
    remedy: 'Lock Cloister and unlock it again.',
  },
  forbidden: {
    sentence: 'You have no right to this.',
    remedy: 'Ask the person who manages Cloister for you.',
  },
  not_found: {
    sentence: 'This no longer exists.',
    remedy: 'It may have been removed in another window. Go back and choose again.',
  },
  conflict: {
    sentence: 'This has changed in the meantime, or the name is taken.',
    remedy: 'Choose another name, or check the documents again.',
  },
  locked: {
    sentence: 'Cloister is locked.',
    remedy: 'Unlock it to go on. Nothing was lost.',
  },
  wrong_passphrase: {
    sentence: 'This passphrase does not open the vault.',
    remedy: 'Check capital letters and the keyboard layout, and try again. There is no limit on tries.',
  },
  passphrase_needed: {
    sentence: 'This vault is behind a passphrase.',
    remedy: 'Enter the passphrase to unlock it.',
  },
  keychain_missing: {
    sentence: 'The system keychain cannot be reached.',
    remedy: 'Unlock or start the keychain of your system (on Linux: GNOME Keyring or KWallet), then try again.',
  },
  key_lost: {
    sentence: 'The key of this vault is no longer in the system keychain.',
    remedy:
      'Restore the keychain of this user account from a backup, then try again. Without the key the vault stays closed.',
  },
  no_key_source: {
    sentence: 'There is no place to keep a key: no keychain, and no passphrase was set.',
    remedy: 'Choose a passphrase. Cloister does not create a vault without protection.',
  },
  vault_absent: {
    sentence: 'There is no vault here yet.',
    remedy: 'Go through the first steps to create one.',
  },
  vault_exists: {
    sentence: 'There is a vault here already.',
    remedy: 'Unlock it instead of creating a new one.',
  },
  vault_damaged: {
    sentence: 'The vault’s file is damaged and was not opened.',
    remedy: 'Restore the profile folder from a backup, or ask for help before you touch the file.',
  },
  vault_newer: {
    sentence: 'This vault was written by a newer version of Cloister.',
    remedy: 'Install that version or a later one.',
  },
  profile_in_use: {
    sentence: 'Another Cloister is using this profile.',
    remedy: 'Close the other window, or wait until it has ended, then start again.',
  },
  profile_unsafe: {
    sentence: 'Other users of this computer could read the profile folder.',
    remedy: 'Make the folder private to your account (mode 0700) and start again.',
  },
  disk_full: {
    sentence: 'There is not enough free space on the disk.',
    remedy: 'Free some space and try again. What was stored before is untouched.',
  },
  engine_missing: {
    sentence: 'The engine, Ollama, was not found on this computer.',
    remedy: 'Install Ollama and start Cloister again. Keyword search and quotes work without it.',
  },
  engine_untrusted: {
    sentence: 'An engine was found that you have not approved yet.',
    remedy: 'Compare its version and hash under Settings, then approve it.',
  },
  engine_changed: {
    sentence: 'The engine differs from the one you approved.',
    remedy: 'If you updated it yourself, compare and approve it again under Settings. If not, do not use it.',
  },
  engine_too_old: {
    sentence: 'The engine is too old and has known security flaws.',
    remedy: 'Update Ollama, then approve the new version under Settings.',
  },
  engine_failed: {
    sentence: 'The engine could not do this.',
    remedy: 'Try again. If it fails again, start the engine anew from the status strip.',
  },
  engine_stopped: {
    sentence: 'The engine or Cloister stopped while this ran.',
    remedy: 'Try again; nothing else was lost.',
  },
  cage_unavailable: {
    sentence: 'This system refuses to seal the engine off.',
    remedy: 'Run the checks under Settings; they name what is missing.',
  },
  model_missing: {
    sentence: 'The model this needs is not installed.',
    remedy: 'Open Models to see which model fits this computer. Quotes work without a chat model.',
  },
  model_blocked: {
    sentence: 'This model is blocked.',
    remedy: 'Choose another model.',
  },
  model_changed: {
    sentence: 'This model’s files differ from what was approved, so it was not loaded.',
    remedy: 'Choose another model, or put the original files back and check again.',
  },
  model_too_large: {
    sentence: 'This model does not fit into the memory that is free now.',
    remedy: 'Close other programs, or choose a smaller model under Models.',
  },
  not_evaluated: {
    sentence: 'This model was not tried yet, and your organisation wants that before it is approved.',
    remedy: 'Try it first, on the page Models.',
  },
  too_large: {
    sentence: 'This is too large.',
    remedy: 'Shorten the question, or split the file. One file may have 100 MB.',
  },
  unsupported_type: {
    sentence: 'Cloister cannot read this kind of file.',
    remedy: 'Save it as PDF, DOCX, XLSX, PPTX, HTML, Markdown, text, CSV or EML and add it again.',
  },
  parse_failed: {
    sentence: 'The file could not be read.',
    remedy: 'Open it in its own program, save it anew, and add it again.',
  },
  cancelled: {
    sentence: 'This was stopped.',
    remedy: 'Start it again when you like.',
  },
  timeout: {
    sentence: 'This took too long and was stopped.',
    remedy:
      'Try again, with less at once. If an answer ends like this twice, start the engine anew from the status strip.',
  },
  budget: {
    sentence: 'The allowance for this period is used up.',
    remedy: 'Wait for the next period, or ask the person who manages Cloister for you.',
  },
  egress_denied: {
    sentence: 'A connection to the outside was asked for and refused.',
    remedy: 'That is how it should be. The attempt is listed under “connections” in the status strip.',
  },
  audit_broken: {
    sentence: 'The record does not hold together.',
    remedy:
      'Open Record to see where it breaks, and keep a copy of the profile folder before you go on. If you put back a backup yourself, close this window and run “cloister audit anchor”.',
  },
  not_available: {
    sentence: 'This is not available yet.',
    remedy: 'It comes with a later version.',
  },
  busy: {
    sentence: 'Cloister is still busy with this.',
    remedy: 'Wait for it to finish or stop it, then try again.',
  },
  internal: {
    sentence: 'Something failed inside Cloister.',
    remedy: 'Try again. If it stays, note the code; it finds the matching line in the diagnostics log.',
  },
} as const satisfies Record<ErrorCode, ErrorText>;

const waitsForApproval: ErrorText = {
  sentence: 'Nobody has approved this model yet.',
  remedy: 'Open Models, read its passport, and approve it there; or choose another model.',
};

/** Adds what the failure knows in numbers, where it helps: "It needs 10.3 GB and 6.9 GB are free." */
export function describeError(code: ErrorCode, detail?: ErrorDetail): ErrorText {
  const text: ErrorText = errorTexts[code];
  const needs = detail?.['needs'];
  const free = detail?.['free'];
  if (code === 'model_too_large' && typeof needs === 'number' && typeof free === 'number') {
    const suggestion = detail?.['suggestion'];
    const remedy =
      typeof suggestion === 'string' ? `Close other programs, or choose ${suggestion}, which fits.` : text.remedy;
    return { sentence: `${text.sentence} It needs ${bytes(needs)}, and ${bytes(free)} are free.`, remedy };
  }
  if (code === 'model_blocked' && detail?.['state'] === 'quarantined') return waitsForApproval;
  return text;
}
