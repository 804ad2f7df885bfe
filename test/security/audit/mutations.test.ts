import { randomInt } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../electron/audit/canonical.ts';
import { originOf, signCheckpoint } from '../../../electron/audit/checkpoint.ts';
import { checkpointAccount } from '../../../electron/audit/index.ts';
import { leafHash, type Hash } from '../../../electron/audit/merkle/hash.ts';
import { extendEdge, rootFromEdge } from '../../../electron/audit/merkle/root.ts';
import { signingKeyFrom } from '../../../electron/audit/signing-key.ts';
import { createMemoryKeychain } from '../../../electron/vault/keychain/memory.ts';
import type { Keychain } from '../../../electron/vault/types.ts';
import type { AuditVerification } from '../../../shared/contract/types.ts';
import { copyOf, emptyDatabase, fill, openLog, record, seedOf, vaultId } from '../../unit/audit/log-in-memory.ts';

const entries = 37;
const bitFlips = 3_000;

/** A whole log, and the keychain that remembers it. Each case spoils a copy. */
let whole: Database;
let older: Database;
let keychain: Keychain;

beforeAll(async () => {
  keychain = createMemoryKeychain();
  whole = emptyDatabase();
  const { log } = await openLog(whole, { keychain });
  await fill(log, entries - 9);
  older = copyOf(whole);
  await fill(log, 9);
  await log.close();
});
afterAll(() => {
  whole.close();
  older.close();
});

/** Opens what was spoilt as the next start would, verifies it, and tries to go on. */
async function judge(
  db: Database,
  kept: Keychain | null = keychain,
): Promise<AuditVerification & { continued: boolean }> {
  const { log } = await openLog(db, { keychain: kept });
  const continued = await log.append(record()).then(
    () => true,
    (thrown: unknown) => {
      expect(thrown).toMatchObject({ code: 'audit_broken' });
      return false;
    },
  );
  return { ...(await log.verify()), continued };
}

function spoilt(change: (db: Database) => void): Database {
  const db = copyOf(whole);
  change(db);
  return db;
}

interface Row {
  readonly idx: number;
  readonly at: string;
  readonly bytes: Buffer;
}

const rowsOf = (db: Database): Row[] =>
  db.prepare<[], Row>('SELECT idx, at, bytes FROM audit_entries ORDER BY idx').all();

/** What someone with the signing key would do: hash, number and sign everything again. */
function reseal(db: Database, bytes: readonly Buffer[], seed = seedOf('audit-signing')): void {
  db.exec('DELETE FROM audit_entries; DELETE FROM audit_nodes');
  const edge: Hash[] = [];
  for (const [index, each] of bytes.entries()) {
    const entry = { ...(JSON.parse(each.toString()) as { at: string }), index };
    const sealed = Buffer.from(canonicalJson(entry));
    db.prepare('INSERT INTO audit_entries VALUES (?, ?, ?)').run(index, entry.at, sealed);
    for (const { place, hash } of extendEdge(edge, index, leafHash(sealed)))
      db.prepare('INSERT INTO audit_nodes VALUES (?, ?, ?)').run(place.level, place.index, hash);
  }
  const head = { size: bytes.length, root: rootFromEdge(edge) };
  db.prepare('UPDATE audit_head SET note = ?').run(signCheckpoint(originOf(vaultId), head, signingKeyFrom(seed)));
}

const remove = (index: number) => (db: Database) =>
  void db.prepare('DELETE FROM audit_entries WHERE idx = ?').run(index);

function swap(a: number, b: number): (db: Database) => void {
  return (db) => {
    const rows = rowsOf(db);
    const set = db.prepare('UPDATE audit_entries SET at = ?, bytes = ? WHERE idx = ?');
    set.run(rows[b]!.at, rows[b]!.bytes, a);
    set.run(rows[a]!.at, rows[a]!.bytes, b);
  };
}

function insertAfter(index: number, made: (rows: Row[]) => Row): (db: Database) => void {
  return (db) => {
    const rows = rowsOf(db);
    db.exec('DELETE FROM audit_entries');
    const longer = [...rows.slice(0, index + 1), made(rows), ...rows.slice(index + 1)];
    for (const [at, row] of longer.entries())
      db.prepare('INSERT INTO audit_entries VALUES (?, ?, ?)').run(at, row.at, row.bytes);
  };
}

const forged = (row: Row, change: object): Buffer =>
  Buffer.from(canonicalJson({ ...(JSON.parse(row.bytes.toString()) as object), ...change }));

function truncateTo(size: number): (db: Database) => void {
  return (db) => reseal(db, rowsOf(db).slice(0, size).map((row) => row.bytes)); // prettier-ignore
}

it('begins with a log that holds', async () => {
  expect(await judge(copyOf(whole))).toMatchObject({
    ok: true,
    size: entries + 1,
    anchoredBy: 'keychain',
    continued: true,
  });
});

describe('a flipped bit', () => {
  const places = [
    { table: 'audit_entries', column: 'bytes' },
    { table: 'audit_entries', column: 'at' },
    { table: 'audit_nodes', column: 'hash' },
    { table: 'audit_head', column: 'note' },
  ] as const;

  it(`is found, wherever it is (${bitFlips} at random)`, async () => {
    const missed: string[] = [];
    // One copy is spoilt and mended again: a new copy for each would take minutes.
    const db = copyOf(whole);
    const { log } = await openLog(db, { keychain });
    for (let flip = 0; flip < bitFlips; flip++) {
      const { table, column } = places[flip % places.length]!;
      const key = table === 'audit_nodes' ? "(level || '/' || idx)" : table === 'audit_head' ? 'id' : 'idx';
      const rows = db
        .prepare<[], { key: number | string; value: Buffer | string }>(
          `SELECT ${key} AS key, ${column} AS value FROM ${table}`,
        )
        .all();
      const row = rows[randomInt(rows.length)]!;
      const bytes = Buffer.from(row.value as string);
      const bit = randomInt(bytes.length * 8);
      bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
      const set = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`);
      set.run(typeof row.value === 'string' ? bytes.toString() : bytes, row.key);
      const result = await log.verify();
      if (result.ok) missed.push(`${table}.${column} ${row.key} bit ${bit}`);
      else if (table === 'audit_entries') expect(result.firstBad).toBe(row.key);
      set.run(row.value, row.key);
    }
    expect(missed).toEqual([]);
    expect((await log.verify()).ok).toBe(true);
  });

  it('at the head refuses the next entry, also in a log that is already open', async () => {
    const db = copyOf(whole);
    const { log } = await openLog(db, { keychain });
    db.prepare('UPDATE audit_nodes SET hash = zeroblob(32) WHERE level = 5 AND idx = 0').run();
    await expect(log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
    expect(rowsOf(db)).toHaveLength(entries);
  });
});

describe('entries moved, gone or added', () => {
  const middle = Math.floor(entries / 2);
  it.each<[string, (db: Database) => void, number | null]>([
    ['the first deleted', remove(0), 0],
    ['one in the middle deleted', remove(middle), middle],
    ['the last deleted', remove(entries - 1), entries - 1],
    ['all deleted', (db) => void db.exec('DELETE FROM audit_entries'), 0],
    ['two neighbours swapped', swap(4, 5), 4],
    ['first and last swapped', swap(0, entries - 1), 0],
    ['one repeated', insertAfter(7, (rows) => rows[7]!), 8],
    ['one repeated at the end', insertAfter(entries - 1, (rows) => rows[entries - 1]!), entries],
    [
      'one slipped in',
      insertAfter(9, (rows) => ({ ...rows[9]!, bytes: forged(rows[9]!, { index: 10, subject: 'nobody' }) })),
      10,
    ],
    [
      'one rewritten',
      (db) =>
        void db
          .prepare('UPDATE audit_entries SET bytes = ? WHERE idx = 11')
          .run(forged(rowsOf(db)[11]!, { decision: 'refused' })),
      11,
    ],
    ['one before the first', (db) => void db.prepare("INSERT INTO audit_entries VALUES (-1, 'x', x'00')").run(), null],
    [
      'white space in one',
      (db) => void db.exec("UPDATE audit_entries SET bytes = CAST(CAST(bytes AS TEXT) || ' ' AS BLOB) WHERE idx = 3"),
      3,
    ],
    [
      'an entry and its hash rewritten',
      (db) => {
        const bytes = forged(rowsOf(db)[12]!, { decision: 'refused' });
        db.prepare('UPDATE audit_entries SET bytes = ? WHERE idx = 12').run(bytes);
        db.prepare('UPDATE audit_nodes SET hash = ? WHERE level = 0 AND idx = 12').run(leafHash(bytes));
      },
      null,
    ],
  ])('are found: %s', async (_name, change, firstBad) => {
    const result = await judge(spoilt(change));
    expect(result).toMatchObject({ ok: false, firstBad });
    expect(result.problem).toMatch(/^[A-Z].+\.$/);
  });
});

describe('nodes and checkpoints', () => {
  // Away from the right edge a missing node is found by a full check only; an entry there does no harm.
  it.each<[string, (db: Database) => void]>([
    ['a node in the middle deleted', (db) => void db.exec('DELETE FROM audit_nodes WHERE level = 2 AND idx = 3')],
    ['a node past the end', (db) => void db.exec('INSERT INTO audit_nodes VALUES (3, 99, zeroblob(32))')],
    ['a level too high', (db) => void db.exec('INSERT INTO audit_nodes VALUES (40, 0, zeroblob(32))')],
  ])('are found out: %s', async (_name, change) => {
    expect(await judge(spoilt(change))).toMatchObject({ ok: false, firstBad: null });
  });

  it.each<[string, (db: Database) => void]>([
    ['a node in the way', (db) => void db.exec(`INSERT INTO audit_nodes VALUES (0, ${entries}, zeroblob(32))`)],
    ['no tree at all', (db) => void db.exec('DELETE FROM audit_nodes')],
    ['no checkpoint', (db) => void db.exec('DELETE FROM audit_head')],
    ['an empty checkpoint', (db) => void db.exec("UPDATE audit_head SET note = ''")],
    [
      'an older checkpoint of this log',
      (db) =>
        void db
          .prepare('UPDATE audit_head SET note = ?')
          .run(older.prepare('SELECT note FROM audit_head').pluck().get()),
    ],
    ['everything sealed again with another key', (db) => reseal(db, rowsOf(db).map((row) => row.bytes), seedOf('someone else'))], // prettier-ignore
  ])('are found out and nothing is put on top: %s', async (_name, change) => {
    expect(await judge(spoilt(change))).toMatchObject({ ok: false, continued: false });
  });
});

describe('what only the keychain’s checkpoint can show', () => {
  it.each<[string, () => Database]>([
    ['the tail cut, everything else consistent', () => spoilt(truncateTo(entries - 1))],
    ['cut to nothing', () => spoilt(truncateTo(0))],
    [
      'emptied, as if new',
      () => spoilt((db) => void db.exec('DELETE FROM audit_entries; DELETE FROM audit_nodes; DELETE FROM audit_head')),
    ],
    ['the whole file put back to an older state', () => copyOf(older)],
    [
      'an old entry rewritten, then sealed again with the current key',
      () =>
        spoilt((db) =>
          reseal(
            db,
            rowsOf(db).map((row, index) => (index === 2 ? forged(row, { subject: 'nobody' }) : row.bytes)),
          ),
        ),
    ],
    [
      'the tail cut and other entries written over it, with the current key',
      () =>
        spoilt((db) => {
          const rows = rowsOf(db);
          reseal(
            db,
            [...rows.slice(0, entries - 4), ...rows.slice(0, 12)].map((row) => row.bytes),
          );
        }),
    ],
  ])('%s', async (_name, make) => {
    expect(await judge(make())).toMatchObject({ ok: false, firstBad: null, anchoredBy: 'keychain', continued: false });
    // The same files with nothing to hold them against: this is the limit that `anchoredBy` states.
    expect(await judge(make(), null)).toMatchObject({ ok: true, anchoredBy: 'none' });
  });

  it('an older state put back while the log is open', async () => {
    const db = copyOf(whole);
    const { log } = await openLog(db, { keychain });
    await fill(log, 4);
    truncateTo(entries)(db);
    expect((await log.verify()).ok).toBe(false);
    await expect(log.append(record())).rejects.toMatchObject({ code: 'audit_broken' });
  });

  it.each<[string, (account: string) => Promise<Keychain>]>([
    ['gone', async () => createMemoryKeychain()],
    [
      'of another log',
      async (account) => {
        const other = createMemoryKeychain();
        const { log } = await openLog(emptyDatabase(), { keychain: other, otherKey: true });
        await log.close();
        expect(await other.get(account)).not.toBeNull();
        return other;
      },
    ],
    [
      'not a checkpoint',
      async (account) => {
        const other = createMemoryKeychain();
        await other.set(account, 'nonsense');
        return other;
      },
    ],
  ])('a checkpoint in the keychain that is %s', async (_name, make) => {
    expect(await judge(copyOf(whole), await make(checkpointAccount(vaultId)))).toMatchObject({
      ok: false,
      continued: false,
    });
  });
});
