import { describe, expect, it } from 'vitest';
import { createCallLog } from '../../../electron/vault/call-log.ts';
import { inTurn } from '../../../electron/vault/turns.ts';
import { describeError } from '../../../electron/vault/worker/errors.ts';
import { assertRooms, planMigrations } from '../../../electron/vault/worker/migrations.ts';
import type { DatabaseRoom } from '../../../electron/vault/types.ts';
import { CloisterError } from '../../../shared/errors.ts';

const room = (name: string, ...versions: number[]): DatabaseRoom => ({
  name,
  database: 'vault',
  migrations: versions.map((version) => ({ version, name: `step ${version}`, up: () => undefined })),
  operations: () => ({}),
});

describe('which migrations are left', () => {
  const rooms = [room('documents', 1, 2), room('chats', 1)];
  const applied = (...names: string[]) =>
    names.map((name) => ({ room: name.split(' ')[0]!, version: Number(name.split(' ')[1]) }));

  it.each([
    ['all of a new database', [], ['documents 1', 'documents 2', 'chats 1']],
    ['none of a current one', ['chats 1', 'documents 1', 'documents 2'], []],
    ['those of one room', ['documents 1', 'chats 1'], ['documents 2']],
    ['those of a new room', ['documents 1', 'documents 2'], ['chats 1']],
  ])('%s', (_, done, left) => {
    const plan = planMigrations(rooms, applied(...done));
    expect(
      plan.kind === 'steps' ? plan.steps.map((step) => `${step.room} ${step.migration.version}`) : plan.kind,
    ).toEqual(left);
  });

  it.each([['chats 2'], ['policy 1']])('is no question when the database has had %s', (unknown) => {
    expect(planMigrations(rooms, applied('documents 1', unknown)).kind).toBe('newer');
  });

  it('is answered for rooms that count from 1 without gaps and have names of their own', () => {
    expect(() => assertRooms(rooms)).not.toThrow();
    expect(() => assertRooms([room('documents', 1, 3)])).toThrow(/without gaps/);
    expect(() => assertRooms([room('documents', 2)])).toThrow(/without gaps/);
    expect(() => assertRooms([room('chats'), room('chats')])).toThrow(/same name/);
  });
});

describe('an error of the worker', () => {
  const sqlite = (code: string, message = 'near "merger of Acme": syntax error') =>
    Object.assign(new Error(message), { code });

  it.each([
    ['SQLITE_CORRUPT_VTAB', 'vault_damaged'],
    ['SQLITE_NOTADB', 'vault_damaged'],
    ['SQLITE_FULL', 'disk_full'],
    ['SQLITE_IOERR_SHMSIZE', 'disk_full'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'internal'],
    ['SQLITE_ERROR', 'internal'],
    ['ENOSPC', 'disk_full'],
  ])('%s becomes %s', (code, expected) => {
    expect(describeError(sqlite(code), 'notes.add').code).toBe(expected);
  });

  it('keeps our own code, sentence and detail', () => {
    const ours = new CloisterError('conflict', 'There is a collection of that name.', { detail: { name: 3 } });
    expect(describeError(ours, 'x.y')).toMatchObject({
      code: 'conflict',
      message: 'There is a collection of that name.',
      detail: { name: 3 },
    });
  });

  it('tells the kind and the place, not what SQLite or JavaScript quoted', () => {
    for (const thrown of [
      sqlite('SQLITE_ERROR'),
      new TypeError('merger of Acme is not a function'),
      'merger of Acme',
    ]) {
      const described = describeError(thrown, 'notes.search');
      expect(JSON.stringify(described)).not.toContain('Acme');
      expect(described.message).toContain('notes.search');
    }
  });
});

describe('the log of calls', () => {
  it('counts all, and names those over 40 ms with the worst', () => {
    const log = createCallLog();
    for (const [name, ms] of [
      ['a.a', 1],
      ['a.a', 40],
      ['b.b', 41],
      ['b.b', 90],
      ['c.c', 60],
    ] as const)
      log.note(name, ms);
    expect(log.read()).toEqual({
      calls: 5,
      slow: [
        { name: 'b.b', count: 2, worstMs: 90 },
        { name: 'c.c', count: 1, worstMs: 60 },
      ],
    });
  });
});

describe('steps in turn', () => {
  it('never overlap, also after one that failed', async () => {
    const turn = inTurn();
    const seen: string[] = [];
    const step = (name: string, fail = false) =>
      turn(async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(`${name} ends`);
        if (fail) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([step('one', true), step('two'), step('three')]);
    expect(results.map((each) => each.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual(['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });
});
