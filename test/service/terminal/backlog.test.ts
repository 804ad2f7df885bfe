import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCommandLine, type CommandLine } from './cli.ts';

let cli: CommandLine;
/** The same profile where neither engine nor embedding model is found. */
let bare: CommandLine;

beforeAll(async () => {
  cli = await createCommandLine();
  const nowhere = { HOME: cli.folder, XDG_CACHE_HOME: join(cli.folder, 'no-cache'), PATH: '/usr/bin:/bin' };
  bare = await createCommandLine({ folder: cli.folder, environment: nowhere });
  await bare.run('init');
});
afterAll(() => cli.remove());

it('embeds what it took in, and leaves what an earlier run left for later', { timeout: 240_000 }, async () => {
  const old = join(cli.folder, 'old');
  await mkdir(old);
  const topics = Array.from(
    { length: 40 },
    (_unused, at) => `Topic ${at}. ${'The quay is long and grey. '.repeat(40)}`,
  );
  await writeFile(join(old, 'long.txt'), topics.join('\n\n'));
  const first = await bare.run('ingest', old, '--collection', 'House');
  expect(first.code, first.err).toBe(0);
  expect(first.err).toContain('Keyword search is ready');
  const { pending: left } = first.json['summary'] as { pending: number };
  expect(left).toBeGreaterThan(30);

  const note = join(cli.folder, 'note.txt');
  await writeFile(note, 'The ferry leaves at nine.');
  const second = await cli.run('ingest', note, '--collection', 'House');
  expect(second.json['summary']).toMatchObject({ indexed: 1, embedded: 1, pending: left });
  expect(second.err).toContain(`${left} passages of files taken in earlier still wait for search by meaning`);
  const found = await cli.run(
    'search',
    'departure of the boat',
    '--collection',
    'House',
    '-k',
    '1',
    '--mode',
    'vector',
  );
  expect(found.json['hits']).toMatchObject([{ document: 'note.txt' }]);

  const again = await cli.run('ingest', old, '--collection', 'House');
  expect(again.json['summary']).toMatchObject({ unchanged: 1, pending: 0 });
  expect(again.err).not.toContain('still wait');
});
