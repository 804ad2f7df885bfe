import type { ErrorCode, ErrorShape } from '../../shared/errors.ts';
import { codeOf } from '../../shared/errors.ts';

/** A refused or failed call, as the page keeps it. Words are made from the code in `i18n`. */
export type Failure = ErrorShape;

/** Carries a failure through code that throws. */
export class BridgeFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.name = 'BridgeFailure';
    this.failure = failure;
  }
}

/** The failure in any thrown value. What the page itself did wrong is `internal` and has no correlation id. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof BridgeFailure) return thrown.failure;
  return { code: codeOf(thrown), correlationId: '' };
}

export const failureFrom = (code: ErrorCode): Failure => ({ code, correlationId: '' });
