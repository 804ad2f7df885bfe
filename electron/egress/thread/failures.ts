import type { Failure } from './messages.ts';

/** An exchange that cannot go on, with the reason that the other side is told. */
export class ExchangeError extends Error {
  readonly failure: Failure;

  constructor(kind: Failure['kind'], message: string, code: string | null = null) {
    super(message);
    this.failure = { kind, code, message };
  }
}

export const notHttp = (what: string): ExchangeError =>
  new ExchangeError('not_http', `The server's answer is no HTTP: ${what}.`);

/** What a socket or a file threw; the code of the operating system or of TLS goes with it. */
export function failureOf(thrown: unknown, kind: Failure['kind']): Failure {
  if (thrown instanceof ExchangeError) return thrown.failure;
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
  return { kind, code, message: thrown instanceof Error ? thrown.message : String(thrown) };
}
