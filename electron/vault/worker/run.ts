import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { wipe } from '../keys/derive.ts';
import { databaseNames } from '../profile/files.ts';
import type { DatabaseName, DatabaseRoom, OperationTable } from '../types.ts';
import { checkpoint } from './connection.ts';
import { describeError } from './errors.ts';
import { reportOn } from './integrity.ts';
import { assertRooms } from './migrations.ts';
import { createDatabase, examine, openDatabase } from './open.ts';
import type { OpenRequest, SchemaVersions, WorkerReply, WorkerRequest } from './protocol.ts';

type Databases = Readonly<Record<DatabaseName, Database>>;
type Callable = (input: unknown) => unknown;

interface Opened {
  readonly databases: Databases;
  readonly operations: ReadonlyMap<string, Callable>;
}

function openAll({ profile, mode, keys }: OpenRequest, rooms: readonly DatabaseRoom[]): Databases {
  const opened: Partial<Record<DatabaseName, Database>> = {};
  const all = databaseNames.map((name) => ({
    profile,
    name,
    key: keys[name],
    rooms: rooms.filter((room) => room.database === name),
    now: () => new Date(),
  }));
  try {
    // Every database is looked at before the first is changed.
    const found = all.map((options) => ({ options, steps: mode === 'open' ? examine(options) : [] }));
    for (const { options, steps } of found)
      opened[options.name] = mode === 'create' ? createDatabase(options) : openDatabase(options, steps);
    return opened as Databases;
  } catch (thrown) {
    for (const database of Object.values(opened)) database.close();
    throw thrown;
  } finally {
    wipe(...Object.values(keys));
  }
}

function joinOperations(databases: Databases, rooms: readonly DatabaseRoom[]): Map<string, Callable> {
  const joined = new Map<string, Callable>();
  for (const room of rooms) {
    const table: OperationTable = room.operations(databases[room.database]);
    for (const [name, operation] of Object.entries(table)) {
      if (!name.startsWith(`${room.name}.`)) throw new Error(`The operation ${name} must begin with ${room.name}.`);
      joined.set(name, operation as Callable);
    }
  }
  return joined;
}

function versionsOf(databases: Databases): SchemaVersions {
  const version = (name: DatabaseName): number => databases[name].pragma('user_version', { simple: true }) as number;
  return { vault: version('vault'), audit: version('audit') };
}

/** A WAL that cannot be written back now (a full disk) keeps everything and is written back at the next opening. */
function tidy(database: Database): void {
  try {
    database.pragma('optimize');
    checkpoint(database);
  } catch {
    // Said above.
  }
}

function closeAll(databases: Databases): void {
  for (const name of databaseNames) {
    tidy(databases[name]);
    databases[name].close();
  }
}

/**
 * Serves the databases on one port: opened once, operations one after the other in the order they came, closed once.
 * Everything in here is synchronous, so an operation is never interleaved with another.
 */
export function runDatabaseWorker(port: MessagePort, rooms: readonly DatabaseRoom[]): void {
  assertRooms(rooms);
  let opened: Opened | null = null;

  const serving = (): Opened => {
    if (opened === null) throw new Error('The databases are not open.');
    return opened;
  };
  const perform = (request: WorkerRequest): unknown => {
    switch (request.do) {
      case 'open': {
        const databases = openAll(request.input, rooms);
        opened = { databases, operations: joinOperations(databases, rooms) };
        return versionsOf(databases);
      }
      case 'call': {
        const operation = serving().operations.get(request.name);
        if (operation === undefined) throw new Error('There is no such operation.');
        return operation(request.input);
      }
      case 'check':
        return databaseNames.map((name) => reportOn(name, serving().databases[name]));
      case 'close': {
        const last = serving();
        opened = null;
        closeAll(last.databases);
        return null;
      }
    }
  };

  port.on('message', (request: WorkerRequest) => {
    const started = performance.now();
    const reply = (message: WorkerReply): void => port.postMessage(message);
    try {
      const value = perform(request);
      reply({ seq: request.seq, ok: true, value, ms: performance.now() - started });
      // Nothing keeps the thread now; it ends by itself.
      if (request.do === 'close') port.close();
    } catch (thrown) {
      const doing = request.do === 'call' ? request.name : request.do;
      reply({ seq: request.seq, ok: false, error: describeError(thrown, doing), ms: performance.now() - started });
    }
  });
}
