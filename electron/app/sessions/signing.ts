import { randomBytes, webcrypto } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';

const issuer = 'cloister';
const audience = 'cloister-inference';

/** Three base64url parts and nothing else: jose alone accepts padded and loose spellings. */
const strictToken = /^[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{43}$/;

/** Longer ones are not ours: scopes and models of a token are counted before it is made. */
const longestToken = 16_384;

/** Verified tokens remembered at once. */
const mostVerified = 1024;

/** What a token of ours says. */
export interface Claims {
  readonly id: string;
  readonly subject: string;
  readonly session: string;
  readonly origin: string;
  readonly scopes: readonly string[];
  readonly client: string | null;
  readonly models: readonly string[] | null;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The key of one session. Not extractable; given to jose as bytes it would be imported anew for every token. Node wipes it when it is let go. */
export interface Signer {
  sign(claims: Claims): Promise<string>;
  /** The claims of a token that holds now (milliseconds); null otherwise. The signature is computed once a token. */
  check(token: string, now: number): Promise<Claims | null>;
}

export async function createSigner(): Promise<Signer> {
  const key = await newSigningKey();
  const verified = new Map<string, Claims>();

  const checkAnew = async (token: string, now: number): Promise<Claims | null> => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      typ: 'at+jwt',
      issuer,
      audience,
      requiredClaims: ['sub', 'exp', 'nbf', 'jti'],
      currentDate: new Date(now),
    });
    const claims = claimsOf(payload);
    if (verified.size >= mostVerified) verified.clear();
    if (claims !== null) verified.set(token, claims);
    return claims;
  };

  return {
    sign: (claims) => sign(claims, key),
    async check(token, now) {
      const known = verified.get(token);
      const seconds = Math.floor(now / 1000);
      if (known !== undefined && known.issuedAt <= seconds && seconds < known.expiresAt) return known;
      verified.delete(token);
      if (token.length > longestToken || !strictToken.test(token)) return null;
      return checkAnew(token, now).catch(() => null);
    },
  };
}

async function newSigningKey(): Promise<webcrypto.CryptoKey> {
  const bytes = randomBytes(32);
  try {
    return await webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  } finally {
    bytes.fill(0);
  }
}

const sign = (claims: Claims, key: webcrypto.CryptoKey): Promise<string> =>
  new SignJWT({
    sid: claims.session,
    org: claims.origin,
    scope: claims.scopes.join(' '),
    ...(claims.client === null ? {} : { client: claims.client }),
    ...(claims.models === null ? {} : { models: [...claims.models] }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.subject)
    .setJti(claims.id)
    .setIssuedAt(claims.issuedAt)
    .setNotBefore(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .sign(key);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Signed by us, so of our shape; what is missing all the same allows nothing. */
function claimsOf(payload: JWTPayload): Claims | null {
  const { jti, sub, nbf, exp, sid, org, scope, client, models } = payload;
  if (jti === undefined || sub === undefined || nbf === undefined || exp === undefined) return null;
  const scopes = textOf(scope).split(' ').filter(Boolean);
  return {
    ...{ id: jti, subject: sub, session: textOf(sid), origin: textOf(org), scopes, issuedAt: nbf, expiresAt: exp },
    client: typeof client === 'string' ? client : null,
    models: models === undefined ? null : Array.isArray(models) ? models.map(textOf) : [],
  };
}
