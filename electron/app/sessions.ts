import { randomBytes, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
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

/** Three base64url parts and nothing else: jose alone accepts padded and loose spellings. */
const strictToken = /^[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{43}$/;

interface Session {
  readonly id: string;
  readonly key: Buffer;
  readonly tokens: Map<string, { token: string; expiresAt: number; origin: Caller['origin'] }>;
}

export interface Sessions {
  /** A new session for this unlock; every token of an earlier one is dead and leaves the keychain. */
  open(subject: string): Promise<string>;
  /** Ends the session: the signing key is wiped and its tokens leave the keychain. */
  close(): Promise<void>;
  /** The own token of one of our doors, renewed when it is about to end. Throws `locked`. */
  tokenFor(origin: Caller['origin']): Promise<string>;
  verify(token: string): Promise<Caller | null>;
  readonly id: string | null;
}

const ownScopes = ['chat', 'embed', 'models.read', 'models.manage', 'documents.query:*', 'audit.read', 'metrics.read'];

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
      session?.key.fill(0);
      session = { id: randomUUID(), key: randomBytes(32), tokens: new Map() };
      subject = who;
      const keychain = deps.keychain();
      kept = keychain === null ? null : { keychain, account: `vault:${deps.vaultId()}:${keychainAccount}` };
      await save();
      return session.id;
    },
    async close() {
      if (session === null) return;
      session.key.fill(0);
      session.tokens.clear();
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
        const { payload } = await jwtVerify(token, open.key, {
          algorithms: ['HS256'],
          typ: 'at+jwt',
          issuer,
          audience,
          requiredClaims: ['sub', 'exp', 'nbf', 'jti'],
          currentDate: new Date(deps.now()),
        });
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
