import type { ClientToken, GatewayStatus } from '../../../shared/contract/types.ts';
import { before } from './base.ts';
import { Refusal, type Handlers } from './world.ts';

type Methods = Extract<keyof Handlers, `gateway.${string}`>;

/** The door for other programs. */
export function serving(): Pick<Handlers, Methods> {
  let url: string | null = null;
  let tokens: ClientToken[] = [];
  const status = (): GatewayStatus => ({ url, sessionId: 'session-1', allowed: true });
  return {
    'gateway.status': status,
    'gateway.start': () => {
      url = 'http://127.0.0.1:11435';
      return status();
    },
    'gateway.stop': () => {
      url = null;
      tokens = [];
      return status();
    },
    'gateway.issue': ({ name = 'token', scopes, models = null }) => {
      const issued = {
        id: `token-${tokens.length + 1}`,
        name,
        scopes,
        models,
        issuedAt: before(0),
        expiresAt: before(-12 * 3_600_000),
        lastUsedAt: null,
      };
      tokens = [issued, ...tokens];
      return { ...issued, token: 'header.payload.signature' };
    },
    'gateway.tokens': () => ({ tokens }),
    'gateway.revoke': ({ id }) => {
      if (!tokens.some((token) => token.id === id)) throw new Refusal('not_found');
      tokens = tokens.filter((token) => token.id !== id);
      return { tokens };
    },
  };
}
