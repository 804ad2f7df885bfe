import { readFile, realpath } from 'node:fs/promises';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite, { type Database } from 'better-sqlite3';
import { CloisterError } from '../../../shared/errors.ts';
import { writeAtomically } from './files.ts';
import { prepareProfile } from './prepare.ts';
import { errnoOf, fromFileSystem } from './system-errors.ts';

export interface ProfileLock {
  readonly profile: string;
  release(): void;
}

/** Another instance may be just closing. */
const attempts = 5;
const pause = 60;

async function holderOf(profile: string): Promise<number | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(join(profile, 'instance.json'), 'utf8'));
    return typeof holder === 'object' && holder !== null && 'pid' in holder && typeof holder.pid === 'number'
      ? holder.pid
      : null;
  } catch {
    return null;
  }
}

/** An empty SQLite file, exclusively locked: the kernel gives the lock back at whatever end the process comes to. */
function tryLock(path: string): Database | null {
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
  const database = new Sqlite(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (thrown) {
    database.close();
    if (errnoOf(thrown) === 'SQLITE_BUSY') return null;
    throw new CloisterError(
      'profile_unsafe',
      'The file profile.lock in the profile is not Cloister’s. Remove it and start again.',
      { cause: thrown },
    );
  }
}

const inUse = (pid: number | null): CloisterError =>
  new CloisterError(
    'profile_in_use',
    'Cloister is already running with this profile. Use that window, or close it first.',
    { detail: { pid } },
  );

/** In this process; the file must not be opened a second time here, since closing it would give the lock back. */
const held = new Set<string>();

/**
 * One instance a profile, across processes and containers. Throws `profile_in_use` (with the holder's pid) and
 * `profile_unsafe`. See docs/decisions/vault-profile-lock.md.
 */
export async function acquireProfileLock(profile: string): Promise<ProfileLock> {
  await prepareProfile(profile);
  // One name for one file, however the folder was spelled.
  const path = join(await realpath(profile), 'profile.lock');
  if (held.has(path)) throw inUse(process.pid);
  held.add(path);
  try {
    const database = await lockWithin(path);
    if (database === null) throw inUse(await holderOf(profile));
    await writeAtomically(join(profile, 'instance.json'), `${JSON.stringify({ pid: process.pid })}\n`);
    return { profile, release: () => release(profile, path, database) };
  } catch (thrown) {
    held.delete(path);
    throw fromFileSystem(thrown);
  }
}

async function lockWithin(path: string): Promise<Database | null> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await wait(pause);
    const database = tryLock(path);
    if (database !== null) return database;
  }
  return null;
}

function release(profile: string, path: string, database: Database): void {
  if (!database.open) return;
  rmSync(join(profile, 'instance.json'), { force: true });
  database.close();
  held.delete(path);
}
