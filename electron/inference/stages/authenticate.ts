import { CloisterError } from '../../../shared/errors.ts';
import type { Caller, Work } from '../types.ts';

export interface TokenVerifier {
  /** The caller a token stands for, or null when it is malformed, expired, revoked or of another session. */
  verify(token: string): Promise<Caller | null>;
}

/** Who asks. The caller comes from the token alone; a token of another door does not open this one. */
export async function authenticate(work: Work, sessions: TokenVerifier): Promise<void> {
  const caller = await sessions.verify(work.request.token);
  if (caller?.origin !== work.request.origin) {
    throw new CloisterError('unauthenticated', 'This session has ended. Unlock Cloister and try again.');
  }
  work.caller = caller;
}
