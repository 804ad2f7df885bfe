import { CloisterError, codeOf, type ErrorCode } from '../../../shared/errors.ts';

/** What happened and the one thing to do, for errors that come without a sentence of their own. */
const sentences = {
  bad_request: 'That is not a valid request. Check the command with --help.',
  unauthenticated: 'This session has ended. Run the command again.',
  forbidden: 'That is not allowed here.',
  not_found: 'That does not exist.',
  conflict: 'Something of that name exists already.',
  locked: 'Cloister is locked. Unlock it first.',
  wrong_passphrase: 'That is not the passphrase of this vault. Nothing was changed. Try again.',
  passphrase_needed: 'This vault opens with a passphrase. Add --passphrase-file FILE.',
  keychain_missing:
    'The system keychain cannot be reached. Sign in to your desktop session, or use a passphrase vault.',
  key_lost:
    'The system keychain no longer holds the key of this vault. Restore the keychain entry or a backup; nothing was changed.',
  no_key_source:
    'There is no system keychain here and no passphrase was given. Run: cloister init --passphrase-file FILE',
  vault_absent: 'There is no vault here that can be opened. Run: cloister init',
  vault_exists: 'A vault exists here already. Choose another folder with --profile, or use this one.',
  vault_damaged:
    'The vault cannot be read. Nothing was changed. Restore a backup, or copy the profile folder before anything else.',
  vault_newer: 'This vault was written by a newer Cloister. Update Cloister to open it; nothing was changed.',
  profile_in_use: 'Another Cloister has this profile open. Use that window, or wait until that command has ended.',
  profile_unsafe: 'Others can reach into the profile folder. Make it yours alone (chmod 700) and try again.',
  disk_full: 'The disk is full. Free some space and run the command again; what was done is kept.',
  engine_missing: 'No engine is installed. Run: npm run setup',
  engine_untrusted: 'An engine was found that you have not approved. See: cloister engine status',
  engine_changed: 'The engine is not the file that was approved. See: cloister engine status',
  engine_too_old: 'The installed engine is too old to be safe. Update Ollama.',
  engine_failed: 'The engine stopped. Run the command again; cloister doctor says more.',
  engine_stopped: 'The engine is not running.',
  cage_unavailable: 'The engine cannot be sealed here and policy does not allow the weaker mode.',
  model_missing: 'No suitable model is installed. See: cloister models recommend',
  model_blocked: 'That model may not run.',
  model_changed: 'The model’s files changed since they were checked. It was not loaded.',
  model_too_large: 'That model does not fit this computer. See: cloister models recommend',
  not_evaluated: 'That model was not tried yet. Run first: cloister models evaluate NAME',
  too_large: 'That is too large.',
  unsupported_type: 'This type of file cannot be read.',
  parse_failed: 'The file could not be read.',
  cancelled: 'Stopped.',
  timeout: 'It took too long and was ended. Try again.',
  budget: 'The budget is used up.',
  egress_denied: 'Connections to the outside are closed.',
  audit_broken:
    'The record does not hold. See: cloister audit verify; after you put a backup back yourself: cloister audit anchor',
  not_available: 'This part is not available yet.',
  busy: 'Something else is being done. Try again in a moment.',
  internal: 'Something went wrong inside Cloister. cloister doctor may say more.',
} as const satisfies Record<ErrorCode, string>;

/** What to do about these is another thing in a terminal than in a window. */
const differsInTerminal: ReadonlySet<ErrorCode> = new Set(['passphrase_needed', 'vault_absent', 'profile_in_use']);

/** The sentence for an error: its own, where it has one that fits a terminal. */
export function sentenceOf(thrown: unknown): string {
  const code = codeOf(thrown);
  const known = thrown instanceof CloisterError || code !== 'internal';
  const own = known && thrown instanceof Error && thrown.message !== code && !differsInTerminal.has(code);
  return own ? thrown.message : sentences[code];
}
