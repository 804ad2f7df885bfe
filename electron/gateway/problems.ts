import { CloisterError, codeOf, detailOf, type ErrorCode } from '../../shared/errors.ts';

/** What is wrong with the HTTP of a request, before anything of ours is asked. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.headers = headers;
  }
}

/** 401 missing or dead token, 403 not allowed, 404, 413, 422, 429 with a wait, 502 engine, 503 not ready, 504 time. */
const statuses: Partial<Record<ErrorCode, number>> = {
  bad_request: 422,
  unauthenticated: 401,
  forbidden: 403,
  model_blocked: 403,
  model_changed: 403,
  not_found: 404,
  model_missing: 404,
  too_large: 413,
  model_too_large: 422,
  busy: 429,
  budget: 429,
  engine_failed: 502,
  timeout: 504,
  internal: 500,
};

/** Seconds until a request that found no place is worth sending again. */
const waitWhenBusy = '2';

export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly code: string;
  readonly message: string;
}

/** What a caller is told. The words of others (the engine, the system) stay inside. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof HttpProblem) {
    const { status, headers, message } = thrown;
    return { status, headers, code: 'bad_request', message };
  }
  const code = codeOf(thrown);
  const status = statuses[code] ?? 503;
  const headers: Record<string, string> = {};
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (status === 429) headers['Retry-After'] = String(detailOf(thrown)?.['retryAfter'] ?? waitWhenBusy);
  const message =
    thrown instanceof CloisterError && code !== 'internal' ? thrown.message : 'Something went wrong here.';
  return { status, headers, code, message: withRule(message, thrown) };
}

/** A refusal names the rule that it rests on. */
function withRule(message: string, thrown: unknown): string {
  const detail = detailOf(thrown);
  const rule = detail?.['rule'] ?? (detail?.['scope'] === undefined ? undefined : `scope ${String(detail['scope'])}`);
  return rule === undefined ? message : `${message} (${String(rule)})`;
}
