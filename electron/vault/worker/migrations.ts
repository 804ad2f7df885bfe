import type { Database } from 'better-sqlite3';
import type { DatabaseRoom, Migration } from '../types.ts';

interface Step {
  readonly room: string;
  readonly migration: Migration;
}

export interface Applied {
  readonly room: string;
  readonly version: number;
}

export type MigrationPlan = { readonly kind: 'newer' } | { readonly kind: 'steps'; readonly steps: readonly Step[] };

/** Rooms number their migrations by themselves, so the order is: rooms as given, versions ascending. */
export function knownSteps(rooms: readonly DatabaseRoom[]): readonly Step[] {
  return rooms.flatMap((room) => room.migrations.map((migration) => ({ room: room.name, migration })));
}

/** What is left to do; `newer` when the database has had a step that this build does not know. */
export function planMigrations(rooms: readonly DatabaseRoom[], applied: readonly Applied[]): MigrationPlan {
  const name = ({ room, version }: Applied): string => `${room} ${version}`;
  const steps = knownSteps(rooms);
  const known = new Set(steps.map(({ room, migration }) => name({ room, version: migration.version })));
  if (applied.some((each) => !known.has(name(each)))) return { kind: 'newer' };
  const done = new Set(applied.map(name));
  return {
    kind: 'steps',
    steps: steps.filter(({ room, migration }) => !done.has(name({ room, version: migration.version }))),
  };
}

/** A mistake of ours, found when the worker starts: versions must count 1, 2, 3 … */
export function assertRooms(rooms: readonly DatabaseRoom[]): void {
  for (const room of rooms) {
    room.migrations.forEach(({ version }, index) => {
      if (version !== index + 1) throw new Error(`The migrations of ${room.name} must count up from 1 without gaps.`);
    });
  }
  const names = rooms.map((room) => room.name);
  if (new Set(names).size !== names.length) throw new Error('Two rooms of the database worker have the same name.');
}

export function appliedSteps(database: Database): Applied[] {
  return database.prepare<[], Applied>('SELECT room, version FROM schema_migrations').all();
}

export function createMigrationTable(database: Database): void {
  database.exec(
    'CREATE TABLE schema_migrations (room TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, applied_at TEXT NOT NULL, PRIMARY KEY (room, version)) STRICT',
  );
}

/**
 * All steps or none. Foreign keys are off meanwhile, so that tables may be rebuilt, and checked before the end
 * (sqlite.org/lang_altertable.html, section 7). `user_version` counts the steps a database has had.
 */
export function migrate(database: Database, steps: readonly Step[], now: () => Date): void {
  database.pragma('foreign_keys = OFF');
  try {
    database.transaction(() => {
      for (const step of steps) apply(database, step, now);
      const broken = database.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) throw new Error('A migration left rows that refer to nothing.');
      database.pragma(`user_version = ${appliedSteps(database).length}`);
    }).immediate(); // prettier-ignore
  } finally {
    database.pragma('foreign_keys = ON');
  }
}

function apply(database: Database, { room, migration }: Step, now: () => Date): void {
  migration.up(database);
  database
    .prepare('INSERT INTO schema_migrations (room, version, name, applied_at) VALUES (?, ?, ?, ?)')
    .run(room, migration.version, migration.name, now().toISOString());
}
