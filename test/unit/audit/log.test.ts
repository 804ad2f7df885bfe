import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anchorDelay } from '../../../electron/audit/anchor.ts';
import { checkpointAccount } from '../../../electron/audit/index.ts';
import { createMemoryKeychain } from '../../../electron/vault/keychain/memory.ts';
import type { Keychain } from '../../../electron/vault/types.ts';
import { copyOf, emptyDatabase, fill, openLog, record, vaultId } from './log-in-memory.ts';

const account = checkpointAccount(vaultId);
const sizeIn = (note: string | null): number => Number(note?.split('\n')[1] ?? -1);

describe('the log', () => {
  it('keeps entries in order, with index and time, and lists them newest first', async () => {
    let minute = 0;
    const { log } = await openLog(emptyDatabase(), { clock: () => new Date(Date.UTC(2026, 0, 1, 8, minute++)) });
    await fill(log, 5);
    const all = await log.list({ limit: 10 });
    expect(all.map((entry) => entry.index)).toEqual([4, 3, 2, 1, 0]);
    expect((await log.list({ limit: 2, before: 3 })).map((entry) => entry.index)).toEqual([2, 1]);
    expect((await log.list({ limit: 10, since: all[1]!.at })).map((entry) => entry.index)).toEqual([4, 3]);
    expect(await log.verify()).toMatchObject({ ok: true, size: 5, anchoredBy: 'keychain' });
  });

  it('verifies across openings, and counts on', async () => {
    const db = emptyDatabase();
    const keychain = createMemoryKeychain();
    for (const size of [3, 6, 9]) {
      const { log } = await openLog(db, { keychain });
      await fill(log, 3);
      expect(log.status()).toMatchObject({ size, verified: null });
      expect(await log.verify()).toMatchObject({ ok: true, size });
      expect(log.status().verified).toBe(true);
      await log.close();
      expect(sizeIn(await keychain.get(account))).toBe(size);
    }
  });

  it('records a clock that goes back and does not fail for it', async () => {
    const times = ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'];
    const { log } = await openLog(emptyDatabase(), { clock: () => new Date(times.shift() ?? 0) });
    await fill(log, 3);
    expect((await log.list({ limit: 3 })).map((entry) => entry.at.slice(0, 10))).toEqual([
      '2026-01-03',
      '2026-01-01',
      '2026-01-02',
    ]);
    expect((await log.verify()).ok).toBe(true);
  });

  it('says that a vault without a keychain is anchored in nothing', async () => {
    const { log } = await openLog(emptyDatabase(), { keychain: null });
    await fill(log, 2);
    expect(await log.verify()).toMatchObject({ ok: true, anchoredBy: 'none' });
  });

  it('verifies in pages, tells its progress and can be stopped', async () => {
    const { log } = await openLog(emptyDatabase());
    await fill(log, 1234);
    const progress: number[] = [];
    expect((await log.verify({ onProgress: (done) => progress.push(done) })).ok).toBe(true);
    expect(progress).toEqual([500, 1000, 1234]);
    await expect(log.verify({ signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('verifies while entries are added', async () => {
    const { log } = await openLog(emptyDatabase());
    await fill(log, 1100);
    const [result] = await Promise.all([log.verify(), fill(log, 50)]);
    expect(result).toMatchObject({ ok: true });
    expect(await log.verify()).toMatchObject({ ok: true, size: 1150 });
  });

  it('records whatever a person typed, also what has no UTF-8', async () => {
    const { log } = await openLog(emptyDatabase());
    await log.append(record({ model: 'evil\ud800\u0000"}\n' }));
    expect((await log.list({ limit: 1 }))[0]?.model).toBe('evil\ufffd\u0000"}\n');
    expect((await log.verify()).ok).toBe(true);
  });

  it('refuses an entry too large for others to read, and stays whole', async () => {
    const { log } = await openLog(emptyDatabase());
    await fill(log, 2);
    await expect(log.append(record({ documents: ['d'.repeat(70_000)] }))).rejects.toMatchObject({ code: 'too_large' });
    await fill(log, 1);
    expect(await log.verify()).toMatchObject({ ok: true, size: 3 });
  });

  it('hashes content under its key, and signs under that of its checkpoints', async () => {
    const { log } = await openLog(emptyDatabase());
    const { log: other } = await openLog(emptyDatabase(), { otherKey: true });
    expect(log.keyedHash('a prompt')).toMatch(/^[0-9a-f]{64}$/);
    expect(log.keyedHash('a prompt')).toBe(log.keyedHash('a prompt'));
    expect(log.keyedHash('a prompt')).not.toBe(other.keyedHash('a prompt'));
    const raw = Buffer.from(/^[^+]+\+[0-9a-f]{8}\+(.+)$/.exec(log.verifierKey())![1]!, 'base64').subarray(1);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from('a report'), key, Buffer.from(log.sign(Buffer.from('a report')), 'base64'))).toBe(
      true,
    );
    expect(log.publicKey()).toBe(raw.toString('base64'));
  });

  it('does nothing while closed', async () => {
    const { log } = await openLog(emptyDatabase());
    await log.close();
    await expect(log.append(record())).rejects.toMatchObject({ code: 'locked' });
    await expect(log.begin(record())).rejects.toMatchObject({ code: 'locked' });
    await expect(log.verify()).rejects.toMatchObject({ code: 'locked' });
    expect(() => log.keyedHash('x')).toThrow(expect.objectContaining({ code: 'locked' }));
  });
});

describe('requests that were cut off', () => {
  const beginning = {
    requestId: 'cut',
    kind: 'generate',
    origin: 'gateway',
    subject: 'someone',
    session: 's',
  } as const;

  it('become entries at the next opening, dated when they began, once', async () => {
    const db = emptyDatabase();
    const keychain = createMemoryKeychain();
    const first = await openLog(db, { keychain });
    await first.log.begin(beginning);
    await first.log.begin({ ...beginning, requestId: 'ended' });
    await first.log.append(record({ requestId: 'ended' }));
    const later = { keychain, clock: () => new Date('2026-06-01T00:00:00.000Z') };
    for (let opening = 0; opening < 2; opening++) {
      const { log } = await openLog(db, later);
      const entries = await log.list({ limit: 9 });
      expect(entries.map(({ requestId, decision }) => [requestId, decision])).toEqual([
        ['cut', 'interrupted'],
        ['ended', 'allowed'],
      ]);
      expect(entries[0]).toMatchObject({
        at: '2026-03-01T10:00:00.000Z',
        origin: 'gateway',
        kind: 'generate',
        stage: null,
        code: 'engine_stopped',
      });
      expect((await log.verify()).ok).toBe(true);
    }
  });

  it('are recorded even when the note about them cannot be read', async () => {
    const db = emptyDatabase();
    const first = await openLog(db);
    await first.log.begin(beginning);
    db.prepare(`UPDATE audit_pending SET record = '{"kind":1}'`).run();
    const { log } = await openLog(db);
    expect((await log.list({ limit: 1 }))[0]).toMatchObject({
      requestId: 'cut',
      kind: 'unknown',
      decision: 'interrupted',
    });
  });
});

describe('the keychain’s checkpoint', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function counted(): { keychain: Keychain; writes: string[] } {
    const writes: string[] = [];
    const inner = createMemoryKeychain();
    return {
      writes,
      keychain: { ...inner, set: async (name, secret) => (writes.push(secret), inner.set(name, secret)) },
    };
  }

  it('stands before the first entry, follows within a second, in one write', async () => {
    const { keychain, writes } = counted();
    const { log } = await openLog(emptyDatabase(), { keychain });
    expect(writes.map(sizeIn)).toEqual([0]);
    await fill(log, 40);
    expect(writes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(anchorDelay);
    expect(writes.map(sizeIn)).toEqual([0, 40]);
    await fill(log, 1);
    await log.close();
    expect(writes.map(sizeIn)).toEqual([0, 40, 41]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(writes).toHaveLength(3);
  });

  it('is tried again when the keychain refuses, and never stops a request or the lock', async () => {
    const inner = createMemoryKeychain();
    let refuses = false;
    const set: Keychain['set'] = async (name, secret) => {
      if (refuses) throw new Error('locked');
      return inner.set(name, secret);
    };
    const { log, warnings } = await openLog(emptyDatabase(), { keychain: { ...inner, set } });
    refuses = true;
    await fill(log, 3);
    await vi.advanceTimersByTimeAsync(anchorDelay);
    expect(warnings).toHaveLength(1);
    expect(sizeIn(await inner.get(account))).toBe(0);
    refuses = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sizeIn(await inner.get(account))).toBe(3);
    refuses = true;
    await fill(log, 1);
    await log.close();
    expect(warnings).toHaveLength(2);
  });
});

describe('an older state put back', () => {
  async function rolledBack() {
    const keychain = createMemoryKeychain();
    const db = emptyDatabase();
    const first = await openLog(db, { keychain });
    await fill(first.log, 5);
    const older = copyOf(db);
    await fill(first.log, 3);
    await first.log.close();
    return { keychain, older };
  }

  it('refuses every entry until a person accepts it, and the record says what was replaced', async () => {
    const { keychain, older } = await rolledBack();
    const { log, warnings } = await openLog(older, { keychain });
    expect(log.status()).toMatchObject({ size: 5, verified: false });
    expect(warnings).toHaveLength(1);
    await expect(log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
    await expect(log.begin(record())).rejects.toMatchObject({ code: 'audit_broken' });
    await expect(log.append(record())).rejects.toThrow('cloister audit anchor');
    expect(await log.verify()).toMatchObject({ ok: false, firstBad: null, anchoredBy: 'keychain' });
    const entry = await log.anchorAnew({ origin: 'cli', subject: 'someone', session: 's' });
    expect(entry).toMatchObject({ index: 5, kind: 'record.anchored-anew' });
    expect(entry.note).toContain('8 entries');
    await fill(log, 2);
    expect(await log.verify()).toMatchObject({ ok: true, size: 8 });
  });

  it('is shown beside what the keychain remembers, until it is accepted', async () => {
    const { keychain, older } = await rolledBack();
    const { log } = await openLog(older, { keychain });
    const standing = await log.standing();
    expect(standing).toMatchObject({
      present: { size: 5, root: (await log.verify()).root },
      remembered: { size: 8 },
      anchoredBy: 'keychain',
      doubt: { kind: 'anchor', problem: expect.stringContaining('8 entries and the log has 5') as string },
    });
    expect(standing.remembered?.root).toMatch(/^[0-9a-f]{64}$/);
    await log.anchorAnew({ origin: 'cli', subject: 'someone', session: 's' });
    const after = await log.standing();
    expect(after.doubt).toBeNull();
    expect(after.remembered).toEqual(after.present);
    expect(after.present.size).toBe(6);
  });

  it('has no remembered checkpoint where there is no keychain', async () => {
    const { log } = await openLog(emptyDatabase(), { keychain: null });
    await fill(log, 1);
    expect(await log.standing()).toMatchObject({
      present: { size: 1 },
      remembered: null,
      anchoredBy: 'none',
      doubt: null,
    });
  });

  it('cannot be accepted for a log that does not hold by itself', async () => {
    const { keychain, older } = await rolledBack();
    older.prepare('DELETE FROM audit_entries WHERE idx = 4').run();
    const { log } = await openLog(older, { keychain });
    await expect(log.anchorAnew({ origin: 'cli', subject: 'someone', session: 's' })).rejects.toMatchObject({
      code: 'audit_broken',
    });
  });
});
