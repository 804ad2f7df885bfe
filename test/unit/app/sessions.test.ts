import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSessions, tokenLifetime, type Sessions } from '../../../electron/app/sessions/index.ts';
import { createMemoryKeychain } from '../../../electron/vault/index.ts';
import type { Keychain } from '../../../electron/vault/types.ts';
import { becauseDataIsMissing } from '../../fixtures/because.ts';

const account = 'vault:v1:session-tokens';
let clock: number;
let keychain: Keychain;
let sessions: Sessions;

beforeEach(() => {
  clock = Date.parse('2026-03-01T00:00:00Z');
  keychain = createMemoryKeychain();
  sessions = createSessions({ keychain: () => keychain, vaultId: () => 'v1', now: () => clock });
});

describe('a session', () => {
  it('gives each door its own token, which says who, which session and what it may do', async () => {
    const id = await sessions.open('ana@desk');
    const caller = await sessions.verify(await sessions.tokenFor('page'));
    expect(caller).toMatchObject({ subject: 'ana@desk', session: id, origin: 'page' });
    expect(caller?.scopes).toContain('documents.query:*');
    expect((await sessions.verify(await sessions.tokenFor('cli')))?.origin).toBe('cli');
  });

  it('keeps its tokens in the keychain and takes them out when it ends', async () => {
    await sessions.open('ana');
    const token = await sessions.tokenFor('page');
    expect(await keychain.get(account)).toContain(token);
    await sessions.close();
    expect(await keychain.get(account)).toBeNull();
    expect(await sessions.verify(token)).toBeNull();
    await expect(sessions.tokenFor('page')).rejects.toMatchObject({ code: 'locked' });
  });

  it('does not accept a token of the session before', async () => {
    await sessions.open('ana');
    const old = await sessions.tokenFor('page');
    await sessions.open('ana');
    expect(await sessions.verify(old)).toBeNull();
    expect(await keychain.get(account)).not.toContain(old);
  });

  it('ends tokens after their time and renews a door’s own before that', async () => {
    await sessions.open('ana');
    const first = await sessions.tokenFor('page');
    clock += (tokenLifetime - 30) * 1000;
    const second = await sessions.tokenFor('page');
    expect(second).not.toBe(first);
    clock += 31_000;
    expect(await sessions.verify(first)).toBeNull();
    expect(await sessions.verify(second)).not.toBeNull();
  });

  it('refuses what is signed with another key, or loosely spelt', async () => {
    await sessions.open('ana');
    const token = await sessions.tokenFor('page');
    const [header = '', body = '', signature = ''] = token.split('.');
    const forged = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(Buffer.alloc(32, 1));
    for (const bad of [
      forged,
      `${header}.${body}.${signature}=`,
      ` ${token}`,
      `${header}.${body}.`,
      `${header}.${body}`,
      '',
      'a.b.c',
    ]) {
      expect(await sessions.verify(bad), bad).toBeNull();
    }
  });
});

describe('the token of another program', () => {
  const grant = { name: 'editor', scopes: ['chat'], models: ['m:latest'], lifetime: 60 };

  it('says which program, what it may do and with which models', async () => {
    const id = await sessions.open('ana');
    const { token } = await sessions.issue(grant);
    expect(await sessions.verify(token)).toEqual({
      subject: 'ana',
      session: id,
      origin: 'gateway',
      scopes: ['chat'],
      client: 'editor',
      models: ['m:latest'],
    });
  });

  it('is listed without itself, and with when it was used', async () => {
    await sessions.open('ana');
    const { id, token } = await sessions.issue(grant);
    expect(sessions.issued()).toEqual([
      {
        ...{ id, name: 'editor', scopes: ['chat'], models: ['m:latest'] },
        issuedAt: '2026-03-01T00:00:00.000Z',
        expiresAt: '2026-03-01T00:01:00.000Z',
        lastUsedAt: null,
      },
    ]);
    clock += 5_000;
    await sessions.verify(token);
    expect(sessions.issued()[0]?.lastUsedAt).toBe('2026-03-01T00:00:05.000Z');
  });

  it('is dead when it is revoked, when its time is over, and when the clock goes back before it', async () => {
    await sessions.open('ana');
    const [first, second, third] = [
      await sessions.issue(grant),
      await sessions.issue(grant),
      await sessions.issue(grant),
    ];
    expect(await sessions.revoke(first.id)).toBe(true);
    expect(await sessions.revoke(first.id)).toBe(false);
    expect(await sessions.verify(first.token)).toBeNull();
    clock -= 60_000;
    expect(await sessions.verify(second.token)).toBeNull();
    clock += 60_000;
    expect(await sessions.verify(second.token)).not.toBeNull();
    await sessions.revokeAll();
    expect(await sessions.verify(second.token)).toBeNull();
    const late = await sessions.issue(grant);
    clock += 60_000;
    expect(await sessions.verify(late.token)).toBeNull();
    expect(await sessions.verify(third.token)).toBeNull();
    expect(sessions.issued()).toEqual([]);
  });

  it('lies in the keychain in an entry of its own, which goes with it, or with the next session after a crash', async () => {
    await sessions.open('ana');
    const one = await sessions.issue(grant);
    const two = await sessions.issue(grant);
    const entry = (id: string) => keychain.get(`vault:v1:token-${id}`);
    expect([await entry(one.id), await entry(two.id)]).toEqual([one.token, two.token]);
    await sessions.revoke(one.id);
    expect(await entry(one.id)).toBeNull();
    // The process died here; another one opens the vault.
    const next = createSessions({ keychain: () => keychain, vaultId: () => 'v1', now: () => clock });
    await next.open('ana');
    expect(await entry(two.id)).toBeNull();
    expect(await next.verify(two.token)).toBeNull();
    const three = await next.issue(grant);
    await next.close();
    expect(await entry(three.id)).toBeNull();
  });

  it('may not be one of too many', async () => {
    await sessions.open('ana');
    for (let made = 0; made < 256; made += 1) await sessions.issue(grant);
    await expect(sessions.issue(grant)).rejects.toMatchObject({ code: 'conflict' });
    clock += 61_000;
    await sessions.issue(grant);
  });
});

const vectors = join(process.env['CLOISTER_DATA'] ?? '../shared/data', 'crypto/wycheproof_jws.json');

describe.skipIf(!existsSync(vectors))('the public vectors of signed tokens', becauseDataIsMissing, () => {
  it('none of them opens a session', async () => {
    await sessions.open('ana');
    const { testGroups } = JSON.parse(readFileSync(vectors, 'utf8')) as { testGroups: { tests: { jws: unknown }[] }[] };
    const tokens = testGroups
      .flatMap((group) => group.tests.map((test) => test.jws))
      .filter((jws) => typeof jws === 'string');
    expect(tokens.length).toBeGreaterThan(100);
    for (const token of tokens) expect(await sessions.verify(token)).toBeNull();
  });
});
