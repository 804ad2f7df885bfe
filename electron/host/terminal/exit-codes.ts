import type { ErrorCode } from '../../../shared/errors.ts';

/** 0 done; 1 the check failed or the request was refused; 2 wrong usage; 3 locked, or a part is not available. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Total over the closed list: a new code without an exit code does not compile. */
const exitCodes = {
  bad_request: 2,

  unauthenticated: 1,
  forbidden: 1,
  not_found: 1,
  conflict: 1,
  vault_exists: 1,
  disk_full: 1,
  model_blocked: 1,
  model_changed: 1,
  model_too_large: 1,
  not_evaluated: 1,
  too_large: 1,
  unsupported_type: 1,
  parse_failed: 1,
  cancelled: 1,
  timeout: 1,
  budget: 1,
  egress_denied: 1,
  audit_broken: 1,
  busy: 1,
  internal: 1,

  locked: 3,
  wrong_passphrase: 3,
  passphrase_needed: 3,
  keychain_missing: 3,
  key_lost: 3,
  no_key_source: 3,
  vault_absent: 3,
  vault_damaged: 3,
  vault_newer: 3,
  profile_in_use: 3,
  profile_unsafe: 3,
  engine_missing: 3,
  engine_untrusted: 3,
  engine_changed: 3,
  engine_too_old: 3,
  engine_failed: 3,
  engine_stopped: 3,
  cage_unavailable: 3,
  model_missing: 3,
  not_available: 3,
} as const satisfies Record<ErrorCode, Exclude<ExitCode, 0>>;

export const exitCodeOf = (code: ErrorCode): ExitCode => exitCodes[code];
