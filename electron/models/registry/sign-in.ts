import { z } from 'zod';
import type { EgressAnswer, EgressLease } from '../../egress/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import { readBounded } from './bounded.ts';

/** Real tokens take 1 to 4 kB. */
const answerBytes = 64 * 1024;

const tokenText = z.string().regex(/^[A-Za-z0-9._~+/=-]{1,32768}$/);
const tokenAnswer = z
  .object({ token: tokenText.optional(), access_token: tokenText.optional() })
  .refine((answer) => (answer.token ?? answer.access_token) !== undefined);

/** `Bearer realm="…",service="…"` → where tokens are given; null when it is another way to sign in. */
export function parseChallenge(header: string | null): { realm: string; service: string | null } | null {
  const found = /^Bearer\s+(.{1,2000})$/i.exec(header ?? '')?.[1];
  if (found === undefined) return null;
  const fields = new Map(
    [...found.matchAll(/(\w+)="([^"\\\p{Cc}]*)"/gu)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const realm = fields.get('realm');
  return realm === undefined ? null : { realm, service: fields.get('service') ?? null };
}

/** What is asked for is written here and not taken from the registry: to read this one model, and nothing else. */
function tokenAddress(realm: string, service: string | null, repository: string): string | null {
  const url = URL.parse(realm);
  if (url === null) return null;
  if (service !== null) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  return url.href;
}

const refused = (host: string): CloisterError =>
  new CloisterError(
    'egress_denied',
    `The registry sends to ${host} for a token, and that host is not among the allowed ones. Nothing was sent there.`,
    { detail: { host, reason: 'realm' } },
  );

const noToken = (): CloisterError =>
  new CloisterError(
    'forbidden',
    'The registry gives no token to read this without a sign-in. Only what is public can be downloaded.',
  );

async function obtain(
  lease: EgressLease,
  { base, repository }: { base: string; repository: string },
  challenge: { realm: string; service: string | null },
  signal: AbortSignal | undefined,
): Promise<string> {
  const address = tokenAddress(challenge.realm, challenge.service, repository);
  if (address === null) throw noToken();
  // A token that came over plain HTTP could be another's; a registry with TLS has no need of it.
  if (new URL(base).protocol === 'https:' && new URL(address).protocol !== 'https:')
    throw refused(new URL(address).host);
  const answer = await lease.stream(address, signal === undefined ? {} : { signal }).catch((thrown: unknown) => {
    throw codeOf(thrown) === 'egress_denied' ? refused(new URL(address).host) : thrown;
  });
  if (answer.status !== 200) {
    answer.cancel();
    throw noToken();
  }
  try {
    const parsed = tokenAnswer.parse(JSON.parse((await readBounded(answer, answerBytes, 'token')).toString('utf8')));
    return parsed.token ?? parsed.access_token ?? '';
  } catch (thrown) {
    throw codeOf(thrown) === 'internal' ? noToken() : thrown;
  }
}

export type Ask = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<EgressAnswer>;

/**
 * Asks with the anonymous token that a registry may want for what is public (distribution specification, token
 * authentication). The token lives in memory, for this download, and never follows a redirect to another host.
 */
export function createAsk(lease: EgressLease, at: { base: string; repository: string }): Ask {
  let token: Promise<string> | null = null;

  const send = async (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => {
    const known = token === null ? null : await token.catch(() => null);
    const isOurs = new URL(url).origin === at.base;
    return lease.stream(url, {
      headers: known === null || !isOurs ? headers : { ...headers, authorization: `Bearer ${known}` },
      ...(signal === undefined ? {} : { signal }),
    });
  };

  return async (url, headers, signal) => {
    const before = token;
    const answer = await send(url, headers, signal);
    const challenge = answer.status === 401 ? parseChallenge(answer.header('www-authenticate')) : null;
    if (challenge === null) return answer;
    answer.cancel();
    // Lanes that were refused together ask for one new token together.
    if (token === before) token = obtain(lease, at, challenge, signal);
    await token;
    return send(url, headers, signal);
  };
}
