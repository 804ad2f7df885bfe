import { describe, expect, it } from 'vitest';
import { anchorDelay } from '../../../electron/audit/anchor.ts';
import { createAuditOperations, type AuditOperations } from '../../../electron/audit/database.ts';
import { checkpointAccount, createAuditLog } from '../../../electron/audit/index.ts';
import { createMemoryKeychain } from '../../../electron/vault/keychain/memory.ts';
import type { DatabaseClient, Keychain } from '../../../electron/vault/types.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import { copyOf, emptyDatabase, fill, openLog, record, seedOf, vaultId } from './log-in-memory.ts';

const account = checkpointAccount(vaultId);

/** A keychain whose writing can be made to fail, and that counts it. */
function moody(): { keychain: Keychain; writes: () => number; refuse: (refuses: boolean) => void } {
  const inner = createMemoryKeychain();
  let writes = 0;
  let refuses = false;
  const set: Keychain['set'] = async (name, secret) => {
    if (refuses) throw new Error('the keychain is locked');
    writes += 1;
    await inner.set(name, secret);
  };
  return { keychain: { ...inner, set }, writes: () => writes, refuse: (next) => void (refuses = next) };
}

describe('opening', () => {
  it('writes nothing to the keychain when it already remembers this very head', async () => {
    const { keychain, writes } = moody();
    const db = emptyDatabase();
    const first = await openLog(db, { keychain });
    await fill(first.log, 3);
    await first.log.close();
    expect(writes()).toBe(2);
    const { log } = await openLog(db, { keychain });
    await log.close();
    expect(writes()).toBe(2);
  });

  it('works with a keychain that takes nothing just now, if it remembers the beginning', async () => {
    const { keychain, refuse } = moody();
    const db = emptyDatabase();
    const first = await openLog(db, { keychain });
    await fill(first.log, 3);
    refuse(true);
    const { log, warnings } = await openLog(db, { keychain });
    await new Promise((resolve) => setTimeout(resolve, anchorDelay + 100));
    expect(warnings).toHaveLength(1);
    expect(await log.verify()).toMatchObject({ ok: true, size: 3, anchoredBy: 'keychain' });
    refuse(false);
    await log.close();
    expect((await keychain.get(account))?.split('\n')[1]).toBe('3');
  });

  it('takes no entry while a new log could not be anchored', async () => {
    const { keychain, refuse } = moody();
    refuse(true);
    const db = emptyDatabase();
    await expect(openLog(db, { keychain })).rejects.toThrow('locked');
    expect(db.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(0);
    refuse(false);
    const { log } = await openLog(db, { keychain });
    await fill(log, 1);
    expect(await log.verify()).toMatchObject({ ok: true, size: 1 });
  });
});

it('leaves no key behind: neither in the main process nor in the worker', async () => {
  const given: Buffer[] = [];
  const operations = createAuditOperations(emptyDatabase());
  const client: DatabaseClient<AuditOperations> = {
    call: async (name, input) => (operations[name] as (input: unknown) => unknown)(structuredClone(input)) as never,
  };
  const log = createAuditLog({
    database: () => client,
    derive: (purpose) => {
      const key = seedOf(purpose);
      given.push(key);
      return key;
    },
    keychain: () => null,
    vaultId: () => vaultId,
    clock: () => new Date(),
    warn: (problem) => expect.fail(problem),
  });
  await log.open();
  await log.append(record());
  expect(log.keyedHash('content')).toHaveLength(64);
  await log.close();
  expect(given.length).toBeGreaterThanOrEqual(2);
  for (const bytes of given) expect(bytes).toEqual(Buffer.alloc(32));
  expect(() => operations['audit.append']({ record: record(), at: new Date().toISOString() })).toThrow('closed');
});

it('tells a forged index beyond every number as a break, in a form that the contract takes', async () => {
  const keychain = createMemoryKeychain();
  const db = emptyDatabase();
  const first = await openLog(db, { keychain });
  await fill(first.log, 5);
  await first.log.close();
  const spoilt = copyOf(db);
  spoilt.exec("INSERT INTO audit_entries VALUES (9223372036854775807, 'x', x'00')");
  const { log } = await openLog(spoilt, { keychain });
  expect(Number.isSafeInteger(log.status().size)).toBe(true);
  expect(auditVerification.parse(await log.verify())).toMatchObject({ ok: false, firstBad: 5 });
  await expect(log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
});

describe('a log changed under an open Cloister', () => {
  it.each<[string, string]>([
    ['its checkpoint put back', 'UPDATE audit_head SET note = (SELECT note FROM older)'],
    ['its checkpoint gone', 'DELETE FROM audit_head'],
    ['its last entry gone', 'DELETE FROM audit_entries WHERE idx = 5'],
    ['an entry more', "INSERT INTO audit_entries VALUES (7, 'x', x'00')"],
  ])('is not continued: %s', async (_name, change) => {
    const db = emptyDatabase();
    const { log } = await openLog(db);
    await fill(log, 3);
    db.exec('CREATE TEMP TABLE older AS SELECT note FROM audit_head');
    await fill(log, 3);
    db.exec(change);
    const nodes = db.prepare('SELECT count(*) FROM audit_nodes').pluck();
    const before = nodes.get();
    await expect(log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
    expect(nodes.get()).toBe(before);
    expect((await log.verify()).ok).toBe(false);
  });
});
