/**
 * The closed list of error codes. Words for people are made in the page and the terminal from the code, never here.
 * `detail` is small, free of content (no prompt, no document text), and safe to show.
 */
export const errorCodes = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'locked',
  'wrong_passphrase',
  'passphrase_needed',
  'keychain_missing',
  'key_lost',
  'no_key_source',
  'vault_absent',
  'vault_exists',
  'vault_damaged',
  'vault_newer',
  'profile_in_use',
  'profile_unsafe',
  'disk_full',
  'engine_missing',
  'engine_untrusted',
  'engine_changed',
  'engine_too_old',
  'engine_failed',
  'engine_stopped',
  'cage_unavailable',
  'model_missing',
  'model_blocked',
  'model_changed',
  'model_too_large',
  'not_evaluated',
  'too_large',
  'unsupported_type',
  'parse_failed',
  'cancelled',
  'timeout',
  'budget',
  'egress_denied',
  'audit_broken',
  'not_available',
  'busy',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorShape {
  readonly code: ErrorCode;
  /** Finds the matching line in the diagnostics log; says nothing by itself. */
  readonly correlationId: string;
  /** Facts without content, such as `{ needs: 5.1e9 }` or `{ path: 'budget.xlsx' }`. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

export type ErrorDetail = NonNullable<ErrorShape['detail']>;

/** The one error class. Recognised across realms by `code`, never by `instanceof` (workers clone errors). */
export class CloisterError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail | undefined;

  constructor(code: ErrorCode, message?: string, options?: { detail?: ErrorDetail; cause?: unknown }) {
    super(message ?? code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CloisterError';
    this.code = code;
    this.detail = options?.detail;
  }
}

/** The code of any thrown value: ours when it carries one of the closed list, else `internal`. */
export function codeOf(thrown: unknown): ErrorCode {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    const code = thrown.code;
    if (typeof code === 'string' && (errorCodes as readonly string[]).includes(code)) return code as ErrorCode;
  }
  return 'internal';
}

export function detailOf(thrown: unknown): ErrorDetail | undefined {
  if (typeof thrown === 'object' && thrown !== null && 'detail' in thrown && codeOf(thrown) !== 'internal') {
    const detail = thrown.detail;
    if (typeof detail === 'object' && detail !== null) return detail as ErrorDetail;
  }
  return undefined;
}
