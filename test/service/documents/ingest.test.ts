import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IngestProgress, IngestResult } from '../../../electron/documents/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import { testLibrary, type Library } from './support/library.ts';
import { because } from '../../fixtures/because.ts';

const newLibrary = testLibrary();

async function opened(): Promise<Library & { collection: string; write: (name: string, text: string) => string }> {
  const library = newLibrary();
  await library.vault.create({ keySource: 'memory' });
  const { id } = await library.documents.createCollection('papers');
  const write = (name: string, text: string): string => {
    const path = join(library.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  return Object.assign(library, { collection: id, write });
}

/** Sandboxed readers that this process has started and that still run. */
const readers = (): number =>
  spawnSync('ps', ['--ppid', String(process.pid), '-o', 'args=']).stdout.toString().split('\n').filter((line) => line.includes('parser.')).length; // prettier-ignore

const statuses = (results: readonly IngestResult[]): Record<string, string> =>
  Object.fromEntries(results.map(({ path, status }) => [path.slice(path.lastIndexOf('/') + 1), status]));

const find = async (library: Library, collectionId: string, query: string): Promise<string[]> => {
  const { hits } = await library.documents.search({ collectionIds: [collectionId], query, k: 10, mode: 'keyword' });
  return hits.map((hit) => hit.document);
};

describe('taking in a folder', () => {
  it('indexes what is readable, with a reason for everything that is not', async () => {
    const library = await opened();
    library.write('lease.txt', 'The tenant pays 900 euros on the first of each month.');
    library.write('sub/notes.md', '# Minutes\n\nThe budget was approved by Marta.');
    library.write('.secret.txt', 'hidden words');
    library.write('.git/config', 'not a document');
    library.write('~$lease.docx', 'owner');
    library.write('photo.jpg', 'not read at all');
    library.write('empty.txt', '');
    symlinkSync('/etc/passwd', join(library.folder, 'passwd.txt'));
    execFileSync('mkfifo', [join(library.folder, 'pipe.txt')]);
    const results = await library.take(library.collection, library.folder);
    expect(statuses(results)).toEqual({
      'lease.txt': 'indexed',
      'notes.md': 'indexed',
      '.secret.txt': 'skipped',
      '.git': 'skipped',
      '~$lease.docx': 'skipped',
      'photo.jpg': 'skipped',
      'empty.txt': 'failed',
      'passwd.txt': 'skipped',
      'pipe.txt': 'skipped',
    });
    expect(
      results.filter((result) => result.status !== 'indexed').every((result) => (result.reason ?? '').length > 20),
    ).toBe(true);
    expect(library.parsed.toSorted()).toEqual(['empty.txt', 'lease.txt', 'notes.md']);
    expect(await find(library, library.collection, 'tenant pays')).toEqual(['lease.txt']);
    expect(await find(library, library.collection, 'root daemon')).toEqual([]);
    const ledger = await library.documents.ledger(library.collection);
    expect(ledger).toHaveLength(9);
    expect((await library.documents.collections())[0]).toMatchObject({
      documents: 2,
      failed: 1,
      chunks: 2,
      embedded: 0,
    });
  });

  it('has a line for a file whose name is no text, until it is renamed', async () => {
    const library = await opened();
    library.write('lease.txt', 'The tenant pays 900 euros on the first of each month.');
    const named = Buffer.concat([Buffer.from(join(library.folder, 'caf')), Buffer.from([0xe9]), Buffer.from('.txt')]);
    writeFileSync(named, 'The coffee is paid by the landlord.');
    const results = await library.take(library.collection, library.folder);
    expect(statuses(results)).toEqual({ 'lease.txt': 'indexed', 'caf\\xe9.txt': 'failed' });
    expect(results.find(({ status }) => status === 'failed')?.reason).toContain('Rename it');
    renameSync(named, join(library.folder, 'café.txt'));
    const again = await library.take(library.collection, library.folder);
    expect(statuses(again)).toMatchObject({ 'café.txt': 'indexed', 'caf\\xe9.txt': 'removed' });
    expect(await find(library, library.collection, 'coffee landlord')).toEqual(['café.txt']);
  });

  it('does nothing again for what is unchanged, and reads a touched file without parsing it', async () => {
    const library = await opened();
    const path = library.write('a.txt', 'alpha words');
    library.write('b.txt', 'beta words');
    library.write('broken.pdf', '%PDF-1.7 not really');
    await library.take(library.collection, library.folder);
    const before = library.parsed.length;
    expect(statuses(await library.take(library.collection, library.folder))).toEqual({
      'a.txt': 'unchanged',
      'b.txt': 'unchanged',
      'broken.pdf': 'failed',
    });
    utimesSync(path, new Date(), new Date(Date.now() - 60_000));
    expect(statuses(await library.take(library.collection, library.folder))['a.txt']).toBe('unchanged');
    expect(library.parsed.length).toBe(before);
  });

  it('notices a change that left size and time as they were', async () => {
    const library = await opened();
    library.later = 0;
    const path = library.write('a.txt', 'first version');
    const time = new Date();
    utimesSync(path, time, time);
    await library.take(library.collection, path);
    writeFileSync(path, 'other version');
    utimesSync(path, time, time);
    await library.take(library.collection, path);
    expect(await find(library, library.collection, 'other')).toEqual(['a.txt']);
  });

  it('replaces what changed and forgets what is gone', async () => {
    const library = await opened();
    const changed = library.write('changed.txt', 'the old clause');
    const gone = library.write('gone.txt', 'a forgotten clause');
    await library.take(library.collection, library.folder);
    writeFileSync(changed, 'the new clause is longer');
    rmSync(gone);
    expect(statuses(await library.take(library.collection, library.folder))).toEqual({
      'changed.txt': 'indexed',
      'gone.txt': 'removed',
    });
    expect(await find(library, library.collection, 'old')).toEqual([]);
    expect(await find(library, library.collection, 'forgotten')).toEqual([]);
    expect(await find(library, library.collection, 'longer')).toEqual(['changed.txt']);
    const ledger = await library.documents.ledger(library.collection);
    expect(ledger.find((entry) => entry.path === gone)).toMatchObject({ status: 'removed', chunks: 0 });
    // Back again, it is a document like any other.
    writeFileSync(gone, 'a forgotten clause');
    expect(statuses(await library.take(library.collection, library.folder))['gone.txt']).toBe('indexed');
  });

  it('knows a moved file by its bytes: not parsed again, the same document, searched under its new name', async () => {
    const library = await opened();
    const path = library.write('report.txt', 'the turbine report');
    await library.take(library.collection, library.folder);
    const [before] = await library.documents.ledger(library.collection);
    mkdirSync(join(library.folder, 'archive'));
    renameSync(path, join(library.folder, 'archive/windmill.txt'));
    expect(statuses(await library.take(library.collection, library.folder))).toEqual({ 'windmill.txt': 'unchanged' });
    expect(library.parsed).toEqual(['report.txt']);
    const [after] = await library.documents.ledger(library.collection);
    expect(after).toMatchObject({ documentId: before?.documentId, name: 'windmill.txt', chunks: 1 });
    expect(await find(library, library.collection, 'windmill')).toEqual(['windmill.txt']);
    expect(await find(library, library.collection, 'turbine')).toEqual(['windmill.txt']);
  });

  it('parses the same bytes once, however many collections and copies hold them', async () => {
    const library = await opened();
    library.write('one.txt', 'shared words');
    library.write('two.txt', 'shared words');
    await library.take(library.collection, join(library.folder, 'one.txt'));
    const second = await library.documents.createCollection('second');
    await library.take(second.id, library.folder);
    expect(library.parsed).toEqual(['one.txt']);
    expect(await find(library, second.id, 'shared')).toHaveLength(1);
    await library.documents.deleteCollection(library.collection);
    expect(await find(library, second.id, 'shared')).toHaveLength(1);
  });

  it('keeps what it has when a folder cannot be reached', async () => {
    const library = await opened();
    library.write('drive/a.txt', 'words on the drive');
    const drive = join(library.folder, 'drive');
    await library.take(library.collection, drive);
    rmSync(library.folder, { recursive: true });
    const [result] = await library.take(library.collection, drive);
    expect(result).toMatchObject({ status: 'failed' });
    expect(result?.reason).toContain('stays searchable');
    expect(await find(library, library.collection, 'drive')).toEqual(['a.txt']);
  });

  it('forgets a folder that was deleted where its surroundings are still there', async () => {
    const library = await opened();
    library.write('inner/a.txt', 'inner words');
    const inner = join(library.folder, 'inner');
    await library.take(library.collection, inner);
    rmSync(inner, { recursive: true });
    expect(statuses(await library.take(library.collection, inner))).toEqual({ 'a.txt': 'removed' });
    expect(await find(library, library.collection, 'inner')).toEqual([]);
  });

  it('says what is wrong with a path that was never there', async () => {
    const library = await opened();
    const [result] = await library.take(library.collection, join(library.folder, 'nothing.txt'));
    expect(result).toMatchObject({ status: 'failed' });
    expect(result?.reason).toContain('no file or folder');
  });

  const becauseRoot = because('root reads every file here, and cannot give that right up');
  it.skipIf(process.getuid?.() === 0 && !canDropRights())(
    'names a file that may not be read',
    becauseRoot,
    async () => {
      const library = await opened();
      const path = library.write('locked.txt', 'locked words');
      chmodSync(path, 0o000);
      const as = await asNobody(() => library.take(library.collection, path), library.folder);
      expect(as[0]).toMatchObject({ status: 'failed' });
      expect(as[0]?.reason).toContain('may not read');
    },
  );
});

function canDropRights(): boolean {
  return typeof process.seteuid === 'function';
}

/** Root may read everything; for a moment the test is somebody else. */
async function asNobody<T>(work: () => Promise<T>, folder: string): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  chmodSync(folder, 0o755);
  chmodSync(join(folder, '..'), 0o755);
  process.seteuid!(65534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

describe('a run', () => {
  it('stops when told, keeps what it has, and goes on where it stopped', async () => {
    const library = await opened();
    for (let at = 0; at < 12; at += 1) library.write(`file-${at}.txt`, `number ${at} of twelve`);
    const stop = new AbortController();
    const seen: string[] = [];
    const summary = await library.documents.ingest(library.collection, [library.folder], {
      signal: stop.signal,
      onResult: ({ path }) => {
        seen.push(path);
        if (seen.length === 3) stop.abort();
      },
    });
    expect(summary.indexed).toBeGreaterThanOrEqual(3);
    expect(summary.indexed).toBeLessThan(12);
    const parsedBefore = library.parsed.length;
    expect(await library.documents.resume()).toEqual([library.collection]);
    expect((await library.documents.collections())[0]?.documents).toBe(12);
    expect(library.parsed.length - parsedBefore).toBeLessThanOrEqual(12 - summary.indexed);
    expect(await library.documents.resume()).toEqual([]);
  });

  it('is one at a time for a collection, and is not gone on with after the person stopped it', async () => {
    const library = await opened();
    for (let at = 0; at < 8; at += 1) library.write(`file-${at}.txt`, `number ${at}`);
    const run = library.documents.ingest(library.collection, [library.folder], {});
    await expect(library.documents.ingest(library.collection, [library.folder], {})).rejects.toMatchObject({
      code: 'busy',
    });
    await expect(library.documents.deleteCollection(library.collection)).rejects.toMatchObject({ code: 'busy' });
    await library.documents.cancel(library.collection);
    expect((await run).indexed).toBeLessThan(8);
    expect(await library.documents.resume()).toEqual([]);
    expect((await library.documents.rescan(library.collection)).failed).toBe(0);
    expect((await library.documents.collections())[0]?.documents).toBe(8);
  });

  it('keeps no reader when it is over, nor when the vault is locked in the middle of it', async () => {
    const library = await opened();
    for (let at = 0; at < 12; at += 1) library.write(`file-${at}.txt`, `number ${at} of twelve`);
    // Far below the time after which an idle one ends by itself.
    const none = () => expect.poll(readers, { timeout: 4_000 }).toBe(0);
    await library.documents.ingest(library.collection, [library.folder], {});
    await none();
    const during: number[] = [];
    library.write('new.txt', 'one more');
    library.write('newer.txt', 'and another');
    await library.documents.ingest(library.collection, [library.folder], {
      onResult: ({ status }) => {
        if (status !== 'indexed' || during.length > 0) return;
        during.push(readers());
        void library.documents.close();
      },
    });
    expect(during[0]).toBeGreaterThan(0);
    await none();
  });

  it('tells its progress: waiting files in the ledger, a last event with the true figures', async () => {
    const library = await opened();
    for (let at = 0; at < 6; at += 1) library.write(`file-${at}.txt`, `number ${at}`);
    const events: IngestProgress[] = [];
    library.documents.onProgress((progress) => events.push(progress));
    let during: string[] = [];
    await library.documents.ingest(library.collection, [library.folder], {
      onResult: () => {
        if (during.length === 0)
          void library.documents
            .ledger(library.collection)
            .then((ledger) => (during = ledger.map((entry) => entry.status)));
      },
    });
    expect(events.at(-1)).toMatchObject({ finished: true, done: 6, total: 6, collection: { documents: 6 } });
    expect(events.filter((event) => event.finished)).toHaveLength(1);
    expect(during).toHaveLength(6);
    expect(during).toContain('waiting');
  });

  it('ends cleanly when the disk is full', async () => {
    const library = await opened();
    for (let at = 0; at < 4; at += 1) library.write(`file-${at}.txt`, `number ${at}`);
    let puts = 0;
    const { vault } = library;
    const call = vault.database.call.bind(vault.database);
    vault.database.call = (name: never, input: never) => {
      if (name === 'documents.put' && (puts += 1) > 2)
        return Promise.reject(Object.assign(new Error('full'), { code: 'disk_full' }));
      return call(name, input);
    };
    const failure = await library.documents
      .ingest(library.collection, [library.folder], {})
      .catch((thrown: unknown) => thrown);
    expect(codeOf(failure)).toBe('disk_full');
    expect((failure as Error).message).toContain('Make room');
    expect((await library.documents.collections())[0]?.documents).toBe(2);
    vault.database.call = call;
    expect(await library.documents.resume()).toEqual([library.collection]);
    expect((await library.documents.collections())[0]?.documents).toBe(4);
  });
});

describe('an upload', () => {
  it('is kept in the vault and shown from there, piece by piece', async () => {
    const library = await opened();
    const bytes = Buffer.from(`An uploaded memo about gravel.\n${'filler words and more of them. '.repeat(80_000)}`);
    const result = await library.documents.upload(library.collection, { name: '../../memo.txt', bytes });
    expect(result).toMatchObject({ path: 'memo.txt', status: 'indexed', bytes: bytes.length });
    expect((await library.documents.upload(library.collection, { name: 'memo.txt', bytes })).status).toBe('unchanged');
    const [entry] = await library.documents.ledger(library.collection);
    const id = entry?.documentId ?? '';
    const first = await library.documents.viewer.bytes(id, 0);
    const middle = await library.documents.viewer.bytes(id, 1_048_570);
    expect(first.total).toBe(bytes.length);
    expect(Buffer.from(first.bytes).equals(bytes)).toBe(true);
    expect(Buffer.from(middle.bytes).equals(bytes.subarray(1_048_570))).toBe(true);
    await library.documents.remove(id);
    expect(await library.documents.ledger(library.collection)).toEqual([]);
    expect(await find(library, library.collection, 'gravel')).toEqual([]);
    await expect(library.documents.viewer.open(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('says why it could not be taken in', async () => {
    const library = await opened();
    const result = await library.documents.upload(library.collection, {
      name: 'x.pdf',
      bytes: Buffer.from('%PDF-1.4 broken'),
    });
    expect(result.status).toBe('failed');
    expect(await library.documents.ledger(library.collection)).toMatchObject([
      { name: 'x.pdf', status: 'failed', reason: result.reason },
    ]);
  });

  it('has its line from the moment it came: waiting, then being read, then ready', async () => {
    const library = await opened();
    const told: string[] = [];
    library.documents.onProgress(({ entry, total }) =>
      told.push(`${entry?.name ?? ''} ${entry?.status ?? ''} ${total}`),
    );
    const take = (name: string) =>
      library.documents.upload(library.collection, { name, bytes: Buffer.from(`A memo called ${name}.`) });
    const taking = Promise.all(['a.txt', 'b.txt', 'c.txt'].map(take));
    const states = async () => (await library.documents.ledger(library.collection)).map((entry) => entry.status);
    expect(await states()).toEqual(['parsing', 'parsing', 'waiting']);
    await taking;
    expect(await states()).toEqual(['indexed', 'indexed', 'indexed']);
    await expect.poll(() => told.at(-1)).toMatch(/^[abc]\.txt indexed 0$/);
    expect(told.length).toBeLessThan(9);
  });

  it('that could not be kept keeps a line that says so, until it is added again', async () => {
    const library = await opened();
    const { vault } = library;
    const call = vault.database.call.bind(vault.database);
    vault.database.call = (name: never, input: never) =>
      name === 'documents.put' ? Promise.reject(new CloisterError('disk_full', 'No room.')) : call(name, input);
    const memo = { name: 'memo.txt', bytes: Buffer.from('A memo.') };
    await expect(library.documents.upload(library.collection, memo)).rejects.toMatchObject({ code: 'disk_full' });
    expect(await library.documents.ledger(library.collection)).toMatchObject([
      { name: 'memo.txt', status: 'failed', documentId: null, reason: /^The disk is full/ },
    ]);
    vault.database.call = call;
    await library.documents.upload(library.collection, memo);
    expect(await library.documents.ledger(library.collection)).toMatchObject([{ name: 'memo.txt', status: 'indexed' }]);
  });

  it('does not keep the room open: what waits to be embedded is left when it is closed, however much was queued', async () => {
    const library = await opened();
    const memo = Array.from({ length: 400 }, (_, line) => `Line ${line} of a long memo about gravel and lorries.`);
    await library.documents.upload(library.collection, { name: 'memo.txt', bytes: Buffer.from(memo.join('\n\n')) });
    const [{ chunks } = { chunks: 0 }] = await library.documents.collections();
    const asked = Promise.withResolvers<undefined>();
    library.embedder.before = () => asked.resolve(undefined);
    const queued = [1, 2, 3].map(() => library.documents.embedPending({}).catch(codeOf));
    await asked.promise;
    await library.documents.close();
    expect(await Promise.all(queued)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(library.embedder.texts.length).toBeLessThan(chunks);
    await library.documents.embedPending({});
    expect((await library.documents.collections())[0]).toMatchObject({ chunks, embedded: chunks });
  });
});
