import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createVault } from '../../../electron/vault/index.ts';
import { createFileKeychain } from './file-keychain.ts';
import type { NotesTable } from './notes-room.ts';
import { notesWorker } from './paths.ts';
import { drive, type Driven } from './processes.ts';
import { testProfiles } from './profiles.ts';

const profile = testProfiles();
const running: Driven[] = [];
afterEach(() => running.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

const driven = (...argv: string[]): Driven => {
  const process = drive(argv);
  running.push(process);
  return process;
};

/** The vault as a next start finds it. */
const reopened = (at: { profile: string }) =>
  createVault<NotesTable>({
    profile: at.profile,
    keychain: createFileKeychain(`${at.profile}.keychain`),
    workerPath: notesWorker,
  });

const keptKeys = (at: { profile: string }): number => {
  const path = `${at.profile}.keychain`;
  return existsSync(path) ? Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object).length : 0;
};

describe('kill -9 while rows are written', () => {
  it('loses nothing that was committed, time after time', async () => {
    const at = profile();
    const first = reopened(at);
    await first.create({ keySource: 'keychain' });
    await first.lock();
    let committed = 0;
    for (let round = 0; round < 6; round++) {
      const writer = driven('write', at.profile);
      await writer.said(20);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
      writer.child.kill('SIGKILL');
      await writer.ended;
      const answered = Math.max(...writer.lines.map(Number).filter(Number.isFinite));
      expect(answered).toBeGreaterThan(committed);
      const vault = reopened(at);
      await vault.unlock();
      const rows = await vault.database.call('notes.count', null);
      // A commit whose answer had not come yet may be there as well; the numbers have no gap either way.
      expect(rows).toBeGreaterThanOrEqual(answered);
      expect((await vault.check()).flatMap((report) => report.problems)).toEqual([]);
      await vault.lock();
      committed = rows;
    }
  });
});

describe('kill -9 while a vault is created', () => {
  it.each(['before the key is kept', 'after the key is kept', 'while the databases are made'])(
    '(%s) leaves a place where creating works',
    async (moment) => {
      const at = profile();
      const creator = driven('create', at.profile, moment);
      expect(await creator.ended).toBe('SIGKILL');
      expect(creator.lines).toEqual([]);
      expect(existsSync(at.path('vault.json'))).toBe(true);

      const vault = reopened(at);
      expect((await vault.status()).state).toBe('absent');
      await expect(vault.unlock()).rejects.toThrow(expect.objectContaining({ code: 'vault_absent' }));
      await vault.create({ keySource: 'keychain' });
      await vault.database.call('notes.add', { text: 'kept' });
      await vault.lock();
      await vault.unlock();
      expect(await vault.database.call('notes.list', null)).toEqual(['kept']);
      await vault.lock();
      // The key of the unfinished one does not stay in the keychain.
      expect(keptKeys(at)).toBe(1);
    },
  );

  it('at any moment leaves a vault that opens, or a place where creating works', async () => {
    for (let round = 0; round < 8; round++) {
      const at = profile();
      const creator = driven('create', at.profile);
      void creator.said(1).catch(() => undefined);
      // Starting Node takes most of this; the files are made in the last part.
      await waitFor(() => existsSync(at.profile) || creator.lines.length > 0);
      await new Promise((resolve) => setTimeout(resolve, round * 15));
      creator.child.kill('SIGKILL');
      await creator.ended;
      const vault = reopened(at);
      const { state } = await vault.status();
      expect(['absent', 'locked']).toContain(state);
      // What was answered was durable.
      if (creator.lines.length > 0) expect(state).toBe('locked');
      await (state === 'locked' ? vault.unlock() : vault.create({ keySource: 'keychain' }));
      expect(await vault.database.call('notes.count', null)).toBe(0);
      await vault.lock();
    }
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
