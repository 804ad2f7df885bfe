import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CloisterError } from '../../../shared/errors.ts';
import { databasePath, snapshotPath } from '../profile/files.ts';
import { errnoOf } from '../profile/system-errors.ts';
import type { DatabaseName, DatabaseRoom } from '../types.ts';
import { checkpoint, openToLook, openToWork } from './connection.ts';
import { damaged, fromSqlite } from './errors.ts';
import { quickCheck } from './integrity.ts';
import { appliedSteps, createMigrationTable, migrate, planMigrations, type MigrationPlan } from './migrations.ts';
import { takeSnapshot } from './snapshot.ts';

/** "Clst": tells an emptied or foreign file from ours, which a right key alone does not. */
const applicationId = 0x436c7374;
/** Bytes up to which every page is read at each opening (about 30 ms); larger ones are checked page by page as read. */
const smallEnoughToCheck = 8 * 2 ** 20;

export interface OpenOptions {
  readonly profile: string;
  readonly name: DatabaseName;
  readonly key: Uint8Array;
  readonly rooms: readonly DatabaseRoom[];
  readonly now: () => Date;
}

/** Makes a database in a file that must not exist yet. */
export function createDatabase({ profile, name, key, rooms, now }: OpenOptions): Database {
  const path = databasePath(profile, name);
  closeSync(openSync(path, 'wx', 0o600));
  const database = openToWork(path, name, key);
  database.pragma(`application_id = ${applicationId}`);
  createMigrationTable(database);
  const plan = planMigrations(rooms, []);
  if (plan.kind === 'steps') migrate(database, plan.steps, now);
  checkpoint(database);
  return database;
}

export type Steps = Extract<MigrationPlan, { kind: 'steps' }>['steps'];

/** Opens what `examine` found good, with the steps it gave. */
export function openDatabase(options: OpenOptions, steps: Steps): Database {
  const { name, key, now } = options;
  const path = databasePath(options.profile, name);
  if (steps.length > 0) snapshotFirst(path, snapshotPath(options.profile, name), options);
  const database = openToWork(path, name, key);
  try {
    if (steps.length > 0) migrate(database, steps, now);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Looks at what is there and says which migrations are left. Throws `vault_damaged`, `vault_newer`; writes nothing. */
export function examine({ profile, name, key, rooms }: OpenOptions): Steps {
  const path = databasePath(profile, name);
  let database: Database | null = null;
  try {
    if (statSync(path).size === 0) throw damaged(name, 'its file is empty');
    database = openToLook(path, key);
    const plan = planMigrations(rooms, read(database, name));
    if (plan.kind === 'newer') throw newer(database);
    const problems = statSync(path).size <= smallEnoughToCheck ? quickCheck(database) : [];
    if (problems.length > 0) throw damaged(name, 'parts of it are inconsistent');
    return plan.steps;
  } catch (thrown) {
    throw explain(name, thrown);
  } finally {
    database?.close();
  }
}

function read(database: Database, name: DatabaseName): ReturnType<typeof appliedSteps> {
  const id = database.pragma('application_id', { simple: true });
  if (id !== applicationId) throw damaged(name, 'it is not a database of Cloister');
  return appliedSteps(database);
}

const newer = (database: Database): CloisterError =>
  new CloisterError(
    'vault_newer',
    'A newer Cloister has changed this vault. Update Cloister to open it. Nothing was changed.',
    {
      detail: { schemaVersion: database.pragma('user_version', { simple: true }) as number },
    },
  );

function explain(name: DatabaseName, thrown: unknown): unknown {
  if (errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'SQLITE_CANTOPEN')
    return damaged(name, 'its file is missing', thrown);
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_(SHORT_READ|READ|DATA|CORRUPTFS))/.test(errnoOf(thrown) ?? ''))
    return damaged(name, 'its content does not fit its key or its checksums', thrown);
  return fromSqlite(thrown);
}

/** Writes the WAL back and closes, so that the one file is the whole database, then copies it. */
function snapshotFirst(path: string, target: string, { name, key }: OpenOptions): void {
  const database = openToWork(path, name, key);
  try {
    checkpoint(database);
  } finally {
    database.close();
  }
  try {
    takeSnapshot(path, target);
  } catch (thrown) {
    rmSync(`${target}.tmp`, { force: true });
    throw thrown;
  }
}
