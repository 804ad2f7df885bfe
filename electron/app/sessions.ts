import { randomBytes, randomUUID, webcrypto } from 'node:crypto';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { CloisterError } from '../../shared/errors.ts';
import type { Caller } from '../inference/types.ts';
import type { Keychain } from '../vault/types.ts';

/** Seconds. Long enough for one answer to begin, short enough that a stolen token is soon worth nothing. */
export const tokenLifetime = 300;
/** Seconds before its end at which a door's own token is replaced. */
const renewBefore = 60;

const issuer = 'cloister';
const audience = 'cloister-inference';
const keychainAccount = 'session-tokens';

/** Verified tokens remembered at once; there are as many doors as fingers on a hand. */
const mostVerified = 64;

/** Three base64url parts and nothing else: jose alone accepts padded and loose spellings. */
const strictToken = /^[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{43}$/;

interface Session {
  readonly id: string;
  /** Not extractable; given to jose as bytes it would be imported anew for every token. Node wipes it when it is let go. */
  readonly key: webcrypto.CryptoKey;
  readonly tokens: Map<string, { token: string; expiresAt: number; origin: Caller['origin'] }>;
  /** Payloads whose signature and claims held, by the whole token: a door shows the same one for minutes. */
  readonly verified: Map<string, JWTPayload>;
}

export interface Sessions {
  /** A new session for this unlock; every token of an earlier one is dead and leaves the keychain. */
  open(subject: string): Promise<string>;
  /** Ends the session: the signing key is let go and its tokens leave the keychain. */
  close(): Promise<void>;
  /** The own token of one of our doors, renewed when it is about to end. Throws `locked`. */
  tokenFor(origin: Caller['origin']): Promise<string>;
  verify(token: string): Promise<Caller | null>;
  readonly id: string | null;
}

const ownScopes = ['chat', 'embed', 'models.read', 'models.manage', 'documents.query:*', 'audit.read', 'metrics.read'];

async function newSigningKey(): Promise<webcrypto.CryptoKey> {
  const bytes = randomBytes(32);
  try {
    return await webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  } finally {
    bytes.fill(0);
  }
}

/** The payload of a token whose signature and claims hold now; throws otherwise. The signature is computed once a token. */
async function checkToken({ key, verified }: Session, token: string, now: number): Promise<JWTPayload> {
  const known = verified.get(token);
  const seconds = Math.floor(now / 1000);
  if (known !== undefined && (known.nbf ?? Infinity) <= seconds && seconds < (known.exp ?? 0)) return known;
  verified.delete(token);
  const { payload } = await jwtVerify(token, key, {
    algorithms: ['HS256'],
    typ: 'at+jwt',
    issuer,
    audience,
    requiredClaims: ['sub', 'exp', 'nbf', 'jti'],
    currentDate: new Date(now),
  });
  if (verified.size >= mostVerified) verified.clear();
  verified.set(token, payload);
  return payload;
}

/** Tokens are kept in the keychain where there is one; without one they live in memory only. */
export function createSessions(deps: {
  keychain: () => Keychain | null;
  vaultId: () => string;
  now: () => number;
}): Sessions {
  let session: Session | null = null;
  let subject = '';
  let kept: { keychain: Keychain; account: string } | null = null;

  const save = async (): Promise<void> => {
    if (kept === null) return;
    if (session === null) return kept.keychain.delete(kept.account);
    // Windows keeps at most 2,560 bytes in one value: one token a door, the newest.
    const newest = new Map(
      [...session.tokens].map(([jti, { token, expiresAt, origin }]) => [origin, { jti, token, expiresAt }]),
    );
    await kept.keychain.set(kept.account, JSON.stringify({ session: session.id, tokens: Object.fromEntries(newest) }));
  };

  const issue = async (open: Session, origin: Caller['origin']): Promise<string> => {
    const jti = randomUUID();
    const issuedAt = Math.floor(deps.now() / 1000);
    const token = await new SignJWT({ sid: open.id, org: origin, scope: ownScopes.join(' ') })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(jti)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + tokenLifetime)
      .sign(open.key);
    for (const [known, { expiresAt }] of open.tokens) if (expiresAt <= issuedAt) open.tokens.delete(known);
    open.tokens.set(jti, { token, expiresAt: issuedAt + tokenLifetime, origin });
    await save();
    return token;
  };

  return {
    get id() {
      return session?.id ?? null;
    },
    async open(who) {
      session = null;
      const key = await newSigningKey();
      session = { id: randomUUID(), key, tokens: new Map(), verified: new Map() };
      subject = who;
      const keychain = deps.keychain();
      kept = keychain === null ? null : { keychain, account: `vault:${deps.vaultId()}:${keychainAccount}` };
      await save();
      return session.id;
    },
    async close() {
      if (session === null) return;
      session.tokens.clear();
      session.verified.clear();
      session = null;
      await save();
    },
    async tokenFor(origin) {
      if (session === null) throw new CloisterError('locked', 'Cloister is locked. Unlock it first.');
      const fresh = Math.floor(deps.now() / 1000) + renewBefore;
      for (const held of session.tokens.values())
        if (held.origin === origin && held.expiresAt > fresh) return held.token;
      return issue(session, origin);
    },
    async verify(token) {
      const open = session;
      if (open === null || !strictToken.test(token)) return null;
      try {
        const payload = await checkToken(open, token, deps.now());
        const origin = payload['org'];
        if (payload['sid'] !== open.id || !open.tokens.has(payload.jti ?? '')) return null;
        if (origin !== 'page' && origin !== 'cli' && origin !== 'gateway') return null;
        const scopes = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
        return { subject: payload.sub ?? '', session: open.id, origin, scopes };
      } catch {
        return null;
      }
    },
  };
}
