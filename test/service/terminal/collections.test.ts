import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommandLine, type CommandLine } from './cli.ts';

let cli: CommandLine;

beforeAll(async () => {
  cli = await createCommandLine();
  await cli.run('init');
});
afterAll(() => cli.remove());

const names = async (): Promise<string[]> =>
  ((await cli.run('collections', 'list')).json['collections'] as { name: string }[]).map(({ name }) => name);

describe('deleting a collection', () => {
  const question = 'Delete it? (yes or no) ';
  const what = '“House” with 1 document and 1 passage';

  beforeEach(async () => {
    await writeFile(join(cli.folder, 'documents/note.txt'), 'The ferry leaves at nine.');
    const ran = await cli.run('ingest', join(cli.folder, 'documents'), '--collection', 'House');
    expect(ran.code, ran.err).toBe(0);
  });

  it.each([
    ['no\r', 1],
    ['\r', 1],
    ['y\r', 1],
    ['\u0003', 1],
    ['\u0004', 1],
  ])('asks at a terminal, and %j keeps it', async (type, code) => {
    const ran = await cli.runAtTerminal({ after: question, type }, 'collections', 'delete', 'House');
    expect(ran.out).toContain(`This deletes ${what}.`);
    expect(ran.out).toContain('Nothing was deleted.');
    expect(ran.code).toBe(code);
    expect(await names()).toEqual(['House']);
  });

  it('is done once it is wanted', async () => {
    const ran = await cli.runAtTerminal({ after: question, type: 'yes\r' }, 'collections', 'delete', 'House');
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining(`Deleted ${what}.`)]);
    expect(await names()).toEqual([]);
  });

  it('asks nothing with --yes', async () => {
    const ran = await cli.runAtTerminal({}, 'collections', 'delete', 'House', '--yes');
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('yes or no');
    expect(ran.out).toContain(`Deleted ${what}.`);
    expect(await names()).toEqual([]);
  });

  it('asks nobody where nobody is, and says what it did', async () => {
    const ran = await cli.run('collections', 'delete', 'House');
    expect([ran.code, ran.json]).toEqual([0, { collections: [] }]);
    expect(ran.err).toBe(`Deleted ${what}.\n`);
  });
});

it('sentences fit the terminal, and paths stay whole', async () => {
  const ran = await cli.runAtTerminal({ columns: 60 }, 'doctor');
  const prose = ran.out.split('\n').filter((line) => !/\S{43,}/.test(line));
  expect(prose.length).toBeGreaterThan(10);
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(60);
  expect(ran.out).toMatch(/\n {17}\w/);
});
