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

it('names the attachment of a mail that a passage comes from', async () => {
  const mail = [
    'From: Ann <ann@x.example>', 'Subject: Moorings', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '',
    '--b', 'Content-Type: text/plain', '', 'The prices are attached.',
    '--b', 'Content-Type: text/plain; name="prices.txt"', 'Content-Disposition: attachment; filename="prices.txt"', '',
    'A mooring buoy in the outer basin costs 412 crowns.', '--b--', '',
  ].join('\r\n'); // prettier-ignore
  await writeFile(join(cli.folder, 'moorings.eml'), mail);
  await cli.run('ingest', join(cli.folder, 'moorings.eml'), '--collection', 'Mail');
  const found = await cli.run('search', 'price of a mooring buoy', '--collection', 'Mail', '-k', '1');
  expect(found.json['hits']).toMatchObject([{ document: 'moorings.eml', attachment: 'prices.txt', page: null }]);
  const asked = ['ask', 'What does a mooring buoy cost?', '--collection', 'Mail', '--quotes'];
  const { json } = await cli.run(...asked);
  expect(json['citations']).toMatchObject([{ document: 'moorings.eml', attachment: 'prices.txt' }]);
  expect((await cli.runAtTerminal({}, ...asked)).out).toContain('[1] moorings.eml, attachment prices.txt (exact)');
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

  it('taking in fails when one of the paths is not there, and takes in the others', async () => {
    const good = join(cli.folder, 'good.txt');
    await writeFile(good, 'The lighthouse is painted in vermilion.');
    const missing = join(cli.folder, 'missing.txt');
    const ran = await cli.run('ingest', good, missing, '--collection', 'House');
    expect([ran.code, ran.json['summary']]).toMatchObject([1, { indexed: 1, failed: 1 }]);
    expect(ran.lines.find((line) => line['path'] === good)).toMatchObject({ status: 'indexed' });
    expect(ran.lines.find((line) => line['path'] === missing)).toMatchObject({
      status: 'failed',
      reason: 'There is no file or folder here. Check the path, and add it again.',
    });
    const found = await cli.run('search', 'vermilion', '--collection', 'House', '--mode', 'keyword');
    expect((found.json['hits'] as Hit[]).map((hit) => hit.path)).toEqual([good]);
    // A file that is there and is no document tells by its line alone.
    await writeFile(join(cli.folder, 'bad.pdf'), 'this is no pdf either');
    const beside = await cli.run('ingest', good, join(cli.folder, 'bad.pdf'), '--collection', 'House');
    expect([beside.code, beside.json['summary']]).toMatchObject([0, { unchanged: 1, failed: 1 }]);
  });

  it.each([
    ['a file', 'no-folder'],
    ['below a file', 'no-folder/profile'],
  ])('a profile that is %s is one check of doctor that fails, and says what to do', async (_what, path) => {
    await writeFile(join(cli.folder, 'no-folder'), '');
    const ran = await cli.runLocked('--profile', join(cli.folder, path), 'doctor');
    expect(ran.code).toBe(1);
    const checks = ran.json['checks'] as { id: string; status: string; summary: string }[];
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([
      {
        id: 'profile',
        status: 'fail',
        summary: expect.stringContaining('it is not a folder') as string,
        fix: expect.stringContaining('--profile DIR') as string,
      },
    ]);
  });

  it('an empty CLOISTER_PROFILE is refused, and is no folder that one happens to be in', async () => {
    const lost = await createCommandLine({ environment: { CLOISTER_PROFILE: '' } });
    const ran = await lost.runWithoutProfile('vault', 'status');
    expect([ran.code, ran.json['error']]).toMatchObject([
      2,
      { code: 'bad_request', message: expect.stringContaining('CLOISTER_PROFILE is empty') as string },
    ]);
    expect((await lost.runWithoutProfile('--version')).code).toBe(0);
    await lost.remove();
  });

  it('a vault behind a passphrase misses no keychain', async () => {
    const { json } = await cli.run('doctor');
    const checks = json['checks'] as { id: string; status: string; summary: string; fix?: string }[];
    const keychain = checks.find(({ id }) => id === 'keychain');
    expect(keychain).toEqual({ id: 'keychain', status: 'ok', summary: expect.any(String) as string });
    expect(keychain?.summary).toMatch(/^The passphrase opens this vault, without a keychain\. No D-Bus session/);
  });

  it('a file that is no Ollama is not trusted, and what to give instead is said', async () => {
    for (const [file, problem] of [
      [cli.passphraseFile, 'no Ollama'],
      [join(cli.folder, 'absent'), 'no such file'],
    ] as const) {
      const ran = await cli.run('engine', 'trust', file);
      expect(ran.code).toBe(3);
      const { message } = ran.json['error'] as { message: string };
      expect(message).toContain(problem);
      expect(message).toContain('/usr/local/bin/ollama');
    }
  });

  it('every command and every option says what it is for', async () => {
    const groups = [
      'collections',
      'models',
      'engine',
      'audit',
      'vault',
      'token',
      'policy',
      'backup',
      'guard',
      'redteam',
    ];
    const commands = ['', ...groups, 'init', 'doctor', 'ingest', 'search', 'ask', 'chat', 'prove-offline', 'audit list', 'audit verify', 'audit anchor', 'collections create', 'collections delete', 'models recommend', 'models fit', 'engine trust']; // prettier-ignore
    for (const command of commands) {
      const { code, out } = await cli.runWithoutProfile(...command.split(' ').filter((word) => word !== ''), '--help');
      expect(code, command).toBe(0);
      const entries = out.split('\n').filter((line) => /^ {2}\S/.test(line));
      expect(entries.length, command).toBeGreaterThan(0);
      // A name, two spaces or more, and its words; a long name has them on the next line.
      const bare = entries.filter(
        (line) => !/^ {2}\S.*? {2,}\S/.test(line) && !out.includes(`${line}\n${' '.repeat(10)}`),
      );
      expect(bare, command).toEqual([]);
    }
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
