import { randomUUID } from 'node:crypto';
import { CloisterError } from '../../../shared/errors.ts';
import type { Caller } from '../../inference/types.ts';
import type { Keychain } from '../../vault/types.ts';
import { createKeptTokens, type Held, type KeptTokens } from './kept-tokens.ts';
import { createSigner, type Claims, type Signer } from './signing.ts';
import type { ClientToken, Sessions } from './types.ts';

/** Seconds. Long enough for one answer to begin, short enough that a stolen token is soon worth nothing. */
export const tokenLifetime = 300;
/** Seconds before its end at which a door's own token is replaced. */
const renewBefore = 60;
/** Tokens of other programs at once. */
const mostIssued = 256;

interface ClientHeld extends Held {
  readonly listed: Omit<ClientToken, 'lastUsedAt'>;
  /** Milliseconds since 1970. */
  lastUsed: number | null;
}

interface Session {
  readonly id: string;
  readonly subject: string;
  readonly signer: Signer;
  readonly kept: KeptTokens | null;
  /** By `jti`: those of our own doors, and those of other programs. */
  readonly own: Map<string, Held & { origin: Caller['origin'] }>;
  readonly clients: Map<string, ClientHeld>;
}

const ownScopes = ['chat', 'embed', 'models.read', 'models.manage', 'documents.query:*', 'audit.read', 'metrics.read'];

const doors: ReadonlySet<string> = new Set(['page', 'cli', 'gateway'] satisfies Caller['origin'][]);

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Tokens are kept in the keychain where there is one; without one they live in memory only. */
export function createSessions(deps: {
  keychain: () => Keychain | null;
  vaultId: () => string;
  now: () => number;
}): Sessions {
  let session: Session | null = null;

  const seconds = (): number => Math.floor(deps.now() / 1000);
  const running = (): Session => {
    if (session === null) throw new CloisterError('locked', 'Cloister is locked. Unlock it first.');
    return session;
  };

  const saveIndex = async ({ id, kept, own, clients }: Session): Promise<void> => {
    // Of each door the newest.
    const tokens = Object.fromEntries([...own.values()].map(({ origin, ...held }) => [origin, held]));
    await kept?.saveIndex({ session: id, tokens, clients: [...clients.keys()] });
  };

  const claimsFor = (
    open: Session,
    lifetime: number,
    given: Pick<Claims, 'origin' | 'scopes' | 'client' | 'models'>,
  ): Claims => {
    const issuedAt = seconds();
    const common = { id: randomUUID(), subject: open.subject, session: open.id };
    return { ...common, ...given, issuedAt, expiresAt: issuedAt + lifetime };
  };

  const issueOwn = async (open: Session, origin: Caller['origin']): Promise<string> => {
    const claims = claimsFor(open, tokenLifetime, { origin, scopes: ownScopes, client: null, models: null });
    const token = await open.signer.sign(claims);
    for (const [known, { expiresAt }] of open.own) if (expiresAt <= claims.issuedAt) open.own.delete(known);
    open.own.set(claims.id, { id: claims.id, token, expiresAt: claims.expiresAt, origin });
    await saveIndex(open);
    return token;
  };

  const forgetEnded = async (open: Session): Promise<void> => {
    const ended = [...open.clients.values()].filter(({ expiresAt }) => expiresAt <= seconds());
    for (const { id } of ended) open.clients.delete(id);
    for (const { id } of ended) await open.kept?.removeClient(id);
  };

  const isOut = (open: Session, claims: Claims): boolean => {
    if (claims.client === null) return open.own.has(claims.id);
    const held = open.clients.get(claims.id);
    if (held !== undefined) held.lastUsed = deps.now();
    return held !== undefined;
  };

  return {
    get id() {
      return session?.id ?? null;
    },
    async open(subject) {
      session = null;
      const signer = await createSigner();
      const keychain = deps.keychain();
      const kept = keychain === null ? null : createKeptTokens(keychain, (name) => `vault:${deps.vaultId()}:${name}`);
      await kept?.clear();
      const open = { id: randomUUID(), subject, signer, kept, own: new Map(), clients: new Map() };
      await saveIndex(open);
      session = open;
      return open.id;
    },
    async close() {
      const closing = session;
      session = null;
      await closing?.kept?.clear();
    },
    async tokenFor(origin) {
      const open = running();
      const fresh = seconds() + renewBefore;
      for (const held of open.own.values()) if (held.origin === origin && held.expiresAt > fresh) return held.token;
      return issueOwn(open, origin);
    },
    async issue({ name, scopes, models, lifetime }) {
      const open = running();
      await forgetEnded(open);
      if (open.clients.size >= mostIssued) {
        throw new CloisterError('conflict', `${mostIssued} tokens are out already. Revoke one first.`);
      }
      const claims = claimsFor(open, lifetime, { origin: 'gateway', scopes, client: name, models });
      const token = await open.signer.sign(claims);
      const { id, expiresAt } = claims;
      const listed = { id, name, scopes, models, issuedAt: isoOf(claims.issuedAt), expiresAt: isoOf(expiresAt) };
      const held: ClientHeld = { id, token, expiresAt, listed, lastUsed: null };
      // Named first, so that a crash in between leaves no entry that nobody knows of.
      open.clients.set(id, held);
      try {
        await saveIndex(open);
        await open.kept?.saveClient(held);
      } catch (thrown) {
        open.clients.delete(id);
        throw thrown;
      }
      return { ...listed, lastUsedAt: null, token };
    },
    issued() {
      if (session === null) return [];
      const valid = [...session.clients.values()].filter(({ expiresAt }) => expiresAt > seconds());
      return valid
        .map(({ listed, lastUsed }) => ({
          ...listed,
          lastUsedAt: lastUsed === null ? null : new Date(lastUsed).toISOString(),
        }))
        .reverse();
    },
    async revoke(id) {
      const open = running();
      if (!open.clients.delete(id)) return false;
      await open.kept?.removeClient(id);
      await saveIndex(open);
      return true;
    },
    async revokeAll() {
      if (session === null) return;
      const open = session;
      const ids = [...open.clients.keys()];
      open.clients.clear();
      for (const id of ids) await open.kept?.removeClient(id);
      await saveIndex(open);
    },
    async verify(token) {
      const open = session;
      const claims = (await open?.signer.check(token, deps.now())) ?? null;
      if (open === null || claims === null) return null;
      const { subject, origin, scopes, client, models } = claims;
      if (claims.session !== open.id || !doors.has(origin) || !isOut(open, claims)) return null;
      return { subject, session: open.id, origin: origin as Caller['origin'], scopes, client, models };
    },
  };
}
