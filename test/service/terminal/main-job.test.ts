import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCommandLine, type CommandLine } from './cli.ts';

const samples = join(import.meta.dirname, '../../../resources/samples');
const planted = 'Zanzibarquux';

interface Hit {
  path: string;
  document: string;
  start: number;
  end: number;
  text: string;
}

let cli: CommandLine;

beforeAll(async () => {
  cli = await createCommandLine();
  expect((await cli.run('init')).json).toEqual({ profile: cli.profile, keySource: 'passphrase' });
});
afterAll(() => cli.remove());

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('the main job on the command line', () => {
  it('takes in documents, with a line for each file', async () => {
    const text = `Notes of the harbour\n\nThe code word of the ${planted} project is heliotrope. Nobody else knows it.\n`;
    await writeFile(join(cli.folder, 'documents/notes.txt'), text);
    await writeFile(join(cli.folder, 'documents/broken.pdf'), 'this is no pdf');
    const ran = await cli.run('ingest', samples, join(cli.folder, 'documents'), '--collection', 'House');
    expect(ran.code, ran.err).toBe(0);
    const byName = new Map(ran.lines.map((line) => [String(line['path']).split('/').at(-1), line]));
    expect(byName.get('Employee handbook.pdf')).toMatchObject({ status: 'indexed' });
    expect(byName.get('notes.txt')).toMatchObject({ status: 'indexed', chunks: 1 });
    expect(byName.get('broken.pdf')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/\w+ \w+/) as string,
    });
    const summary = ran.json['summary'] as Record<string, number>;
    expect(summary['failed']).toBe(1);
    expect(summary['embedded']).toBe(summary['chunks']);
    expect(summary['pending']).toBe(0);
  }, 240_000);

  it('does not redo what is unchanged, and takes out what is gone', async () => {
    await writeFile(join(cli.folder, 'documents/passing.txt'), 'A passing thought about periwinkles.');
    await cli.run('ingest', join(cli.folder, 'documents'), '--collection', 'House');
    const { unlink } = await import('node:fs/promises');
    await unlink(join(cli.folder, 'documents/passing.txt'));
    const again = await cli.run('ingest', join(cli.folder, 'documents'), '--collection', 'House');
    expect(again.json['summary']).toMatchObject({ indexed: 0, removed: 1 });
    const found = await cli.run('search', 'periwinkles', '--collection', 'House', '--mode', 'keyword');
    expect(found.json['hits']).toEqual([]);
  });

  it('finds passages with exact offsets', async () => {
    const ran = await cli.run('search', `${planted} code word`, '--collection', 'House', '-k', '3');
    const [hit] = ran.json['hits'] as Hit[];
    const whole = await readFile(hit?.path ?? '', 'utf8');
    expect(whole.slice(hit?.start, hit?.end)).toBe(hit?.text);
    expect(hit?.document).toBe('notes.txt');
  });

  it('answers with quotes that stand in the document', async () => {
    const ran = await cli.run('ask', 'How many days a week may I work from home?', '--collection', 'House', '--quotes');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.json).toMatchObject({ abstained: false, model: null });
    const [citation] = ran.json['citations'] as { document: string; page: number; quote: string }[];
    expect(citation).toMatchObject({ document: 'Employee handbook.pdf', page: 3 });
    expect(citation?.quote).toContain('three days a week');
  });

  it('says so when the documents do not answer', async () => {
    const ran = await cli.run('ask', 'What is the melting point of tungsten?', '--collection', 'House', '--quotes');
    expect(ran.json).toMatchObject({ abstained: true, citations: [], answer: '' });
  });

  it('makes no answer without a chat model, also where the documents do not answer', async () => {
    const question = 'What is the melting point of tungsten?';
    for (const model of [[], ['--model', 'absent:latest']]) {
      const ran = await cli.run('ask', question, '--collection', 'House', ...model);
      expect([ran.code, ran.json['error']]).toMatchObject([3, { code: 'model_missing' }]);
    }
  });

  it('searches many questions at once', async () => {
    const file = join(cli.folder, 'queries.jsonl');
    await writeFile(file, '{"id": "a", "text": "working from home"}\n{"id": 7, "text": "notice period"}\n');
    const ran = await cli.run('search', '--queries', file, '--collection', 'House', '-k', '2');
    expect(ran.lines.map((line) => line['id'])).toEqual(['a', 7]);
    for (const line of ran.lines) expect((line['hits'] as Hit[]).length).toBeGreaterThan(0);
  });

  it('without a chat model, asking exits 3 and names the best that fits', async () => {
    const ran = await cli.run('ask', 'Anything?', '--collection', 'House');
    expect(ran.code).toBe(3);
    expect(ran.json['error']).toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('Best for this computer') as string,
    });
  });

  it('has one entry for each request, also the refused one, and the record holds', async () => {
    const entries = (await cli.run('audit', 'list')).lines;
    const kinds = entries.map((entry) => `${String(entry['kind'])} ${String(entry['decision'])}`);
    expect(kinds).toContain('generate refused');
    expect(kinds.filter((kind) => kind === 'quotes allowed')).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toContain('home');
    expect((await cli.run('audit', 'verify')).json).toMatchObject({ ok: true, size: entries.length });
  });

  it('leaves no word of a document readable, and every file to its owner alone', async () => {
    for (const file of await filesBelow(cli.profile)) {
      expect((await stat(file)).mode & 0o077, file).toBe(0);
      const bytes = await readFile(file);
      for (const word of [planted, 'heliotrope', 'Halden', 'three days a week'])
        expect(bytes.includes(word), file).toBe(false);
    }
    expect((await stat(cli.profile)).mode & 0o777).toBe(0o700);
  });
});

describe('errors of the command line', () => {
  it.each([
    [['collections', 'list'], 3, 'passphrase_needed'],
    [['frobnicate'], 2, 'bad_request'],
    [['--profile', '', 'collections', 'list'], 2, 'bad_request'],
    [['--profile', '--quotes', 'collections', 'list'], 2, 'bad_request'],
    [['search', 'x'], 2, 'bad_request'],
    [['token', 'list'], 3, 'not_available'],
    [['policy', 'show'], 3, 'not_available'],
  ] as const)('%j exits %i with %s', async (args, code, error) => {
    const ran = await cli.runLocked(...args);
    expect(ran.code, ran.err).toBe(code);
    expect(ran.json['error']).toMatchObject({ code: error, correlationId: expect.any(String) as string });
  });

  it('an unknown command is named as such', async () => {
    const ran = await cli.runLocked('frobnicate');
    expect(ran.json['error']).toMatchObject({
      message: 'There is no command “frobnicate”. See: cloister --help',
    });
  });

  it('an unlocked vault is asked for with what can be typed here', async () => {
    const ran = await cli.runLocked('collections', 'list');
    expect(ran.json['error']).toMatchObject({ message: expect.stringContaining('--passphrase-file FILE') as string });
  });

  it('taking in fails when nothing of what was given could be taken in', async () => {
    await writeFile(join(cli.folder, 'bad.pdf'), 'this is no pdf either');
    const absent = await cli.run('ingest', join(cli.folder, 'absent.txt'), '--collection', 'House');
    expect([absent.code, absent.json['summary']]).toMatchObject([1, { failed: 1 }]);
    const bad = await cli.run('ingest', join(cli.folder, 'bad.pdf'), '--collection', 'House');
    expect([bad.code, bad.json['summary']]).toMatchObject([1, { failed: 1 }]);
  });

  it('a profile that cannot be used is a check of doctor that fails', async () => {
    const file = join(cli.folder, 'no-folder');
    await writeFile(file, '');
    const ran = await cli.runLocked('--profile', file, 'doctor');
    expect(ran.code).toBe(1);
    const checks = ran.json['checks'] as { id: string; status: string; summary: string }[];
    expect(checks.find(({ id }) => id === 'profile')).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('it is not a folder') as string,
    });
  });

  it('a wrong passphrase changes nothing', async () => {
    const wrong = join(cli.folder, 'wrong');
    await writeFile(wrong, 'not it\n');
    const ran = await cli.runLocked('--passphrase-file', wrong, 'collections', 'list');
    expect([ran.code, ran.json['error']]).toMatchObject([3, { code: 'wrong_passphrase' }]);
    expect((await cli.run('collections', 'list')).code).toBe(0);
  });

  it('a second vault is not made over the first', async () => {
    const ran = await cli.run('init');
    expect([ran.code, ran.json['error']]).toMatchObject([1, { code: 'vault_exists' }]);
  });

  it('an unknown collection is named with those there are', async () => {
    const ran = await cli.run('search', 'x', '--collection', 'Hose');
    expect([ran.code, ran.json['error']]).toMatchObject([
      1,
      { code: 'not_found', message: expect.stringContaining('House') as string },
    ]);
  });
});
