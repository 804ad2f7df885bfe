import { randomUUID } from 'node:crypto';
import { codeOf, type ErrorCode } from '../../../shared/errors.ts';
import { fail, type Result } from '../../../shared/result.ts';
import { isTrustedSender, type Sender } from './sender.ts';
import { assertCallInput, assertTransportable, outputLimits } from './transport.ts';

/** What a host needs of the application to answer a call of the page. */
export interface CallTarget {
  dispatch(method: string, input: unknown, caller: { origin: 'page' }): Promise<Result<unknown>>;
}

interface Call {
  readonly sender: Sender;
  readonly origin: string;
  readonly method: string;
  readonly input: unknown;
}

/**
 * The one way from a page to `dispatch`, in both hosts: sender first, then what may cross, then the application, then
 * what may cross back. Always a `Result`, never a throw.
 */
export async function answerCall(target: CallTarget, call: Call): Promise<Result<unknown>> {
  if (!isTrustedSender(call.sender, call.origin)) return refuse('unauthenticated');
  try {
    assertCallInput(call.input);
    const result = await target.dispatch(call.method, call.input, { origin: 'page' });
    return crossesBack(result) ? result : refuse('internal');
  } catch (thrown) {
    return refuse(codeOf(thrown));
  }
}

function crossesBack(result: Result<unknown>): boolean {
  try {
    assertTransportable(result, outputLimits);
    return true;
  } catch {
    return false;
  }
}

function refuse(code: ErrorCode): Result<never> {
  return fail({ code, correlationId: randomUUID() });
}
