import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { acquireProfileLock, createVault, type ProfileLock } from '../../../electron/vault/index.ts';
import { prepareProfile } from '../../../electron/vault/profile/prepare.ts';
import type { NotesTable } from './notes-room.ts';
import { here } from './paths.ts';
import { drive, type Driven } from './processes.ts';
import { testProfiles } from './profiles.ts';
import { becauseNotRoot } from '../../fixtures/because.ts';

const profile = testProfiles();
const unsafe = expect.objectContaining({ code: 'profile_unsafe' });
const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);
const running: Driven[] = [];
const locks: ProfileLock[] = [];
afterEach(() => {
  running.splice(0).forEach(({ child }) => child.kill('SIGKILL'));
  locks.splice(0).forEach((lock) => lock.release());
});

const lock = async (path: string): Promise<ProfileLock> => {
  const taken = await acquireProfileLock(path);
  locks.push(taken);
  return taken;
};

describe('the files of a profile', () => {
  it('are readable by their owner alone, whatever the mask of the process and while everything is open', async () => {
    const before = process.umask(0);
    try {
      const at = profile();
      await lock(at.profile);
      const vault = at.next();
      await vault.create({ keySource: 'keychain' });
      await vault.database.call('notes.fill', { rows: 500, text: 'x' });
      await vault.lock();
      const later = at.next({ workerPath: here('notes-worker-two.ts') });
      await later.unlock();
      expect(modeOf(at.profile)).toBe('700');
      const modes = Object.fromEntries(readdirSync(at.profile).map((name) => [name, modeOf(at.path(name))]));
      expect(Object.keys(modes)).toEqual(
        expect.arrayContaining([
          'vault.db',
          'vault.db-wal',
          'vault.db-shm',
          'vault.db.before-migration',
          'audit.db',
          'vault.json',
          'profile.lock',
          'instance.json',
        ]),
      );
      expect(new Set(Object.values(modes))).toEqual(new Set(['600']));
    } finally {
      process.umask(before);
    }
  });

  it('that others may read are closed to them', async () => {
    const at = profile();
    mkdirSync(at.profile, { mode: 0o755 });
    writeFileSync(at.path('vault.db'), '');
    chmodSync(at.profile, 0o755);
    chmodSync(at.path('vault.db'), 0o644);
    await prepareProfile(at.profile);
    expect([modeOf(at.profile), modeOf(at.path('vault.db'))]).toEqual(['700', '600']);
  });

  it.each([
    [
      'the profile is a link',
      (path: string) => {
        mkdirSync(`${path}-elsewhere`);
        symlinkSync(`${path}-elsewhere`, path);
      },
    ],
    ['the profile is a file', (path: string) => writeFileSync(path, '')],
    [
      'a database is a link',
      (path: string) => {
        mkdirSync(path);
        symlinkSync('/etc/hosts', join(path, 'vault.db'));
      },
    ],
    ['the key file is a folder', (path: string) => mkdirSync(join(path, 'vault.json'), { recursive: true })],
    [
      'anyone may replace it',
      (path: string) => {
        mkdirSync(path);
        chmodSync(dirname(path), 0o777);
      },
    ],
  ] as const)('are not used when %s', async (_, make) => {
    const at = profile();
    make(at.profile);
    await expect(prepareProfile(at.profile)).rejects.toThrow(unsafe);
    await expect(acquireProfileLock(at.profile)).rejects.toThrow(unsafe);
    await expect(at.next().create({ keySource: 'keychain' })).rejects.toThrow(unsafe);
  });

  // Only root may give a folder away; the decision itself is in the unit tests.
  it.runIf(process.getuid?.() === 0)('are not used when they belong to somebody else', becauseNotRoot, async () => {
    const at = profile();
    mkdirSync(at.profile, { mode: 0o700 });
    chownSync(at.profile, 12345, 12345);
    await expect(prepareProfile(at.profile)).rejects.toThrow(unsafe);
  });

  it.runIf(process.getuid?.() === 0)('cannot be read by another user of the machine', becauseNotRoot, async () => {
    const at = profile();
    chmodSync(dirname(at.profile), 0o755);
    await at.next().create({ keySource: 'keychain' });
    const stranger = (path: string) => spawnSync('cat', [path], { uid: 12345, gid: 12345 }).status;
    expect(stranger('/etc/hosts')).toBe(0);
    expect(stranger(at.path('vault.json'))).not.toBe(0);
    expect(stranger(at.path('vault.db'))).not.toBe(0);
  });

  it.each(['/proc/cloister/profile', '/dev/null/profile', `/tmp/${'x'.repeat(300)}`])(
    'say so when they cannot be made: %s',
    async (path) => {
      await expect(prepareProfile(path)).rejects.toThrow(unsafe);
    },
  );

  it('are made with the folders above them', async () => {
    const at = profile();
    await prepareProfile(join(at.profile, 'a', 'b'));
    expect(modeOf(join(at.profile, 'a', 'b'))).toBe('700');
  });
});

describe('one instance a profile', () => {
  it('refuses a second one, in this process and in another, and says who holds it', async () => {
    const at = profile();
    const mine = await lock(at.profile);
    await expect(acquireProfileLock(at.profile)).rejects.toThrow(
      expect.objectContaining({ code: 'profile_in_use', detail: { pid: process.pid } }),
    );
    await expect(acquireProfileLock(`${at.profile}/../profile/`)).rejects.toThrow(
      expect.objectContaining({ code: 'profile_in_use' }),
    );
    const second = drive(['hold', at.profile]);
    running.push(second);
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toContain('profile_in_use');
    mine.release();
    mine.release();
    await lock(at.profile);
  });

  it('is not blocked by one that was killed', async () => {
    const at = profile();
    for (let round = 0; round < 3; round++) {
      const other = drive(['hold', at.profile]);
      running.push(other);
      await other.said(1);
      await expect(acquireProfileLock(at.profile)).rejects.toThrow(
        expect.objectContaining({ code: 'profile_in_use', detail: { pid: other.child.pid } }),
      );
      other.child.kill('SIGKILL');
      await other.ended;
      (await acquireProfileLock(at.profile)).release();
    }
  });

  it('lets exactly one of several starts at once have it', async () => {
    const at = profile();
    const starts = Array.from({ length: 4 }, () => drive(['hold', at.profile]));
    running.push(...starts);
    await Promise.race(starts.map((each) => each.said(1)));
    await Promise.race([
      new Promise((resolve) => setTimeout(resolve, 30_000)),
      Promise.all(starts.filter((each) => each.lines.length === 0).map((each) => each.ended)),
    ]);
    expect(starts.filter((each) => each.lines.length > 0)).toHaveLength(1);
    expect(starts.filter((each) => each.stderr().includes('profile_in_use'))).toHaveLength(3);
  });

  it('moves with its profile', async () => {
    const at = profile();
    (await acquireProfileLock(at.profile)).release();
    const vault = at.next();
    await vault.create({ keySource: 'keychain' });
    await vault.database.call('notes.add', { text: 'kept' });
    await vault.lock();
    const moved = `${at.profile}-moved`;
    renameSync(at.profile, moved);
    const there = createVault<NotesTable>({
      profile: moved,
      keychain: at.keychain,
      workerPath: here('notes-worker.ts'),
    });
    await there.unlock();
    expect(await there.database.call('notes.list', null)).toEqual(['kept']);
    await there.lock();
  });
});
