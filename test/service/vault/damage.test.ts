import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync, copyFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openToWork } from '../../../electron/vault/worker/connection.ts';
import { here } from './paths.ts';
import { databaseBytes, testProfiles } from './profiles.ts';

const profile = testProfiles();
const withCode = (code: string): unknown => expect.objectContaining({ code });

/** A locked vault with a few pages of content. */
async function filled(rows = 200) {
  const made = profile();
  const vault = made.next();
  await vault.create({ keySource: 'keychain' });
  await vault.database.call('notes.fill', { rows, text: 'content' });
  await vault.lock();
  return { ...made, vault };
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

type Filled = Awaited<ReturnType<typeof filled>>;

const accidents: readonly (readonly [string, (at: Filled) => void])[] = [
  ['a flipped bit in the first page', ({ path }) => flip(path('vault.db'), 100)],
  ['a flipped bit in the salt', ({ path }) => flip(path('vault.db'), 3)],
  ['a flipped bit in the middle', ({ path }) => flip(path('vault.db'), 5 * 4096 + 77)],
  ['a flipped bit in the last page', ({ path }) => flip(path('vault.db'), readFileSync(path('vault.db')).length - 1)],
  ['a flipped bit in the other database', ({ path }) => flip(path('audit.db'), 50)],
  ['a file cut in the middle of a page', ({ path }) => truncateSync(path('vault.db'), 3 * 4096 + 9)],
  ['a file cut between pages', ({ path }) => truncateSync(path('vault.db'), 3 * 4096)],
  ['an emptied file', ({ path }) => truncateSync(path('vault.db'), 0)],
  ['another file in its place', ({ path }) => writeFileSync(path('vault.db'), 'x'.repeat(8192))],
  ['the databases exchanged', ({ path }) => {
    renameSync(path('vault.db'), path('x'));
    renameSync(path('audit.db'), path('vault.db'));
    renameSync(path('x'), path('audit.db'));
  }],
  ['a missing database', ({ path }) => rmSync(path('vault.db'))],
  ['a missing audit database', ({ path }) => rmSync(path('audit.db'))],
  ['a missing key file', ({ path }) => rmSync(path('vault.json'))],
  ['an emptied key file', ({ path }) => truncateSync(path('vault.json'), 0)],
  ['a key file with a changed letter', ({ path }) => writeFileSync(path('vault.json'), readFileSync(path('vault.json'), 'utf8').replace(/"sealed": "./, '"sealed": "_'))],
]; // prettier-ignore

describe('a damaged vault', () => {
  it.each(accidents)('(%s) is refused as damaged, and nothing is overwritten', async (_, accident) => {
    const at = await filled();
    accident(at);
    const before = databaseBytes(at);
    await expect(at.vault.unlock()).rejects.toThrow(withCode('vault_damaged'));
    expect((await at.vault.status()).state).toBe('damaged');
    await expect(at.next().create({ keySource: 'keychain' })).rejects.toThrow(withCode('vault_exists'));
    expect(databaseBytes(at)).toEqual(before);
  });

  it('opens again once the files are back', async () => {
    const at = await filled();
    renameSync(at.path('vault.db'), at.path('aside'));
    await expect(at.vault.unlock()).rejects.toThrow(withCode('vault_damaged'));
    renameSync(at.path('aside'), at.path('vault.db'));
    expect((await at.next().status()).state).toBe('locked');
    await at.vault.unlock();
    expect(await at.vault.database.call('notes.count', null)).toBe(200);
  });

  it('is not made anew behind a database of the right key that is not ours', async () => {
    const at = await filled();
    await at.vault.unlock();
    const key = at.vault.derive('vault-database');
    await at.vault.lock();
    truncateSync(at.path('vault.db'), 0);
    const empty = openToWork(at.path('vault.db'), 'vault', key);
    empty.exec('CREATE TABLE something (x)');
    empty.close();
    await expect(at.vault.unlock()).rejects.toThrow(withCode('vault_damaged'));
  });

  it('does not open with the databases of another vault', async () => {
    const [one, other] = [await filled(), await filled()];
    copyFileSync(other.path('vault.db'), one.path('vault.db'));
    await expect(one.vault.unlock()).rejects.toThrow(withCode('vault_damaged'));
  });

  it('too large to be read whole at each opening is found by the check, and by reading', async () => {
    const at = await filled(40_000);
    flip(at.path('vault.db'), 1500 * 4096 + 77);
    await at.vault.unlock();
    const [report] = await at.vault.check();
    expect(report).toMatchObject({ database: 'vault', problems: [expect.any(String)] });
    await expect(at.vault.database.call('notes.list', null)).rejects.toThrow(withCode('vault_damaged'));
  });

  it('is not seen where there is none', async () => {
    const at = await filled();
    await at.vault.unlock();
    expect(await at.vault.check()).toEqual([
      { database: 'vault', bytes: expect.any(Number), problems: [] },
      { database: 'audit', bytes: expect.any(Number), problems: [] },
    ]);
  });
});

describe('a newer schema', () => {
  it.each(['notes-worker-two.ts', 'newer-record-worker.ts'])(
    '(%s) is refused as newer, before either database is touched',
    async (later) => {
      const at = await filled();
      const newer = at.next({ workerPath: here(later) });
      await newer.unlock();
      await newer.lock();
      rmSync(at.path('vault.db.before-migration'), { force: true });
      const before = databaseBytes(at);
      await expect(at.vault.unlock()).rejects.toThrow(withCode('vault_newer'));
      expect((await at.vault.status()).state).toBe('newer');
      expect(databaseBytes(at)).toEqual(before);
      await newer.unlock();
      expect(await newer.database.call('notes.count', null)).toBe(200);
    },
  );

  it('of the key file is refused as newer', async () => {
    const at = await filled();
    writeFileSync(
      at.path('vault.json'),
      readFileSync(at.path('vault.json'), 'utf8').replace('"format": 1', '"format": 2'),
    );
    await expect(at.vault.unlock()).rejects.toThrow(withCode('vault_newer'));
    expect((await at.vault.status()).state).toBe('newer');
    await expect(at.next().create({ keySource: 'keychain' })).rejects.toThrow(withCode('vault_exists'));
  });
});

describe('a migration', () => {
  it('keeps the database as it was beside it, encrypted, and openable by the release before', async () => {
    const at = await filled();
    const later = at.next({ workerPath: here('notes-worker-two.ts') });
    await later.unlock();
    expect((await later.status()).schemaVersion).toBe(2);
    await later.lock();
    const snapshot = at.path('vault.db.before-migration');
    expect(readFileSync(snapshot).includes('content')).toBe(false);
    renameSync(snapshot, at.path('vault.db'));
    await at.vault.unlock();
    expect(await at.vault.database.call('notes.count', null)).toBe(200);
  });

  it('that fails leaves every row as it was', async () => {
    const at = await filled();
    const broken = at.next({ workerPath: here('failing-worker.ts') });
    await expect(broken.unlock()).rejects.toThrow(withCode('internal'));
    expect((await broken.status()).state).toBe('locked');
    await at.vault.unlock();
    expect((await at.vault.database.call('notes.list', null)).filter((text) => text === 'spoiled')).toEqual([]);
    expect((await at.vault.status()).schemaVersion).toBe(1);
  });

  it('is not run again, and takes no snapshot, when there is nothing to do', async () => {
    const at = await filled();
    await at.vault.unlock();
    await at.vault.lock();
    expect(Object.keys(at.files())).not.toContain('vault.db.before-migration');
  });
});
