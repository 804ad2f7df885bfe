import type { ErrorCode } from '../../../shared/errors.ts';

/** 0 done; 1 the check failed or the request was refused; 2 wrong usage; 3 locked, or a part is not available. */
export type ExitCode = 0 | 1 | 2 | 3;

const unavailable: ReadonlySet<ErrorCode> = new Set([
  'locked',
  'wrong_passphrase',
  'passphrase_needed',
  'keychain_missing',
  'key_lost',
  'no_key_source',
  'vault_absent',
  'vault_damaged',
  'vault_newer',
  'profile_in_use',
  'profile_unsafe',
  'engine_missing',
  'engine_untrusted',
  'engine_changed',
  'engine_too_old',
  'engine_failed',
  'engine_stopped',
  'cage_unavailable',
  'model_missing',
  'not_available',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'bad_request') return 2;
  return unavailable.has(code) ? 3 : 1;
}
