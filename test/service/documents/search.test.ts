import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CloisterError } from '../../../shared/errors.ts';
import { testLibrary, type Library } from './support/library.ts';

const newLibrary = testLibrary();

const texts: Readonly<Record<string, string>> = {
  'lease.md':
    '# Lease\n\n## Rent\n\nThe rent is 900 euros. It is due on the first of each month.\n\n## Notice\n\nEither side may end the lease with three months of notice.',
  'minutes.md': '# Minutes of May\n\nMarta presented the turbine budget. The committee approved it.',
  'recipe.txt': 'Boil the lentils for twenty minutes. Add cumin and salt.',
  'copy of recipe.txt': 'Boil the lentils for twenty minutes. Add cumin and salt.',
  'japanese.txt': '東京都は日本の首都です。',
};

async function stocked(): Promise<Library & { collection: string }> {
  const library = newLibrary();
  await library.vault.create({ keySource: 'memory' });
  const { id } = await library.documents.createCollection('papers');
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(library.folder, name), text);
  await library.take(id, library.folder);
  return Object.assign(library, { collection: id });
}

const ask = (
  library: Library,
  collectionId: string,
  query: string,
  mode: 'hybrid' | 'keyword' | 'vector' = 'hybrid',
  k = 10,
) => library.documents.search({ collectionIds: [collectionId], query, k, mode });

describe('a search', () => {
  it('finds by keyword before any vector exists, and says that it did', async () => {
    const library = await stocked();
    const found = await ask(library, library.collection, 'What is the rent?');
    expect(found.used).toBe('keyword');
    expect(found.hits[0]).toMatchObject({ document: 'lease.md', cosine: null, page: null });
    expect(found.hits[0]?.coverage).toBeGreaterThan(0.9);
    await library.documents.embedPending({});
    expect((await ask(library, library.collection, 'What is the rent?')).used).toBe('hybrid');
  });

  it('gives passages whose offsets are exact in the stored text', async () => {
    const library = await stocked();
    const { hits } = await ask(library, library.collection, 'turbine budget rent lentils');
    expect(hits.length).toBeGreaterThanOrEqual(3);
    for (const hit of hits) {
      const page = await library.documents.viewer.page(hit.documentId, 1);
      const text = page.blocks.map((block) => block.text).join(' ');
      const place = await library.documents.viewer.locate(hit.documentId, hit.start, hit.end, hit.text);
      expect(place).toMatchObject({ placed: true, start: hit.start, end: hit.end });
      expect(text.length).toBeGreaterThan(0);
    }
  });

  it('takes nothing a person types for a query language', async () => {
    const library = await stocked();
    for (const query of [
      '"rent',
      'rent" OR *',
      'header:rent NEAR(',
      '(((',
      'AND OR NOT',
      "rent'); DROP TABLE chunks;--",
      '\u0000rent',
      '^rent*',
      '-rent',
    ]) {
      await expect(ask(library, library.collection, query, 'keyword')).resolves.toBeDefined();
    }
    expect((await ask(library, library.collection, 'NOT rent AND "', 'keyword')).hits[0]?.document).toBe('lease.md');
  });

  it('finds words by their stem, without accents, by their beginning, and Japanese by its characters', async () => {
    const library = await stocked();
    const first = async (query: string): Promise<string | undefined> =>
      (await ask(library, library.collection, query, 'keyword')).hits[0]?.document;
    expect(await first('approving committees')).toBe('minutes.md');
    expect(await first('Tùrbíne')).toBe('minutes.md');
    expect(await first('commit')).toBe('minutes.md');
    expect(await first('首都')).toBe('japanese.txt');
    expect(await first('zebra')).toBeUndefined();
  });

  it('wants the words in quotation marks as they stand', async () => {
    const library = await stocked();
    const { hits } = await ask(
      library,
      library.collection,
      'what about "three months of notice" and the budget',
      'keyword',
    );
    expect(hits.map((hit) => hit.document)).toEqual(['lease.md']);
  });

  it('says the same thing once', async () => {
    const library = await stocked();
    await library.documents.embedPending({});
    const { hits } = await ask(library, library.collection, 'lentils with cumin');
    expect(hits.filter((hit) => hit.text.includes('lentils'))).toHaveLength(1);
  });

  it('reads only the collections asked for', async () => {
    const library = await stocked();
    const other = await library.documents.createCollection('other');
    writeFileSync(join(library.folder, '../other.txt'), 'The rent of the other house is 1,200 euros.');
    await library.take(other.id, join(library.folder, '../other.txt'));
    await library.documents.embedPending({});
    expect((await ask(library, other.id, 'rent lentils budget')).hits.map((hit) => hit.document)).toEqual([
      'other.txt',
    ]);
    const both = await library.documents.search({
      collectionIds: [library.collection, other.id],
      query: 'rent',
      k: 5,
      mode: 'hybrid',
    });
    expect(new Set(both.hits.slice(0, 2).map((hit) => hit.collectionId))).toEqual(
      new Set([library.collection, other.id]),
    );
    await expect(ask(library, 'nowhere', 'rent')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('understands a follow-up by the questions before it', async () => {
    const library = await stocked();
    await library.documents.embedPending({});
    const alone = await ask(library, library.collection, 'And when is it due?', 'hybrid', 1);
    const inTalk = await library.documents.search({
      collectionIds: [library.collection],
      query: 'And by whom was it presented?',
      earlier: ['Tell me of the turbine budget of May'],
      k: 1,
      mode: 'hybrid',
    });
    expect(alone.hits).toHaveLength(1);
    expect(inTalk.hits[0]?.document).toBe('minutes.md');
  });

  it('answers many questions with few calls to the engine, in their order', async () => {
    const library = await stocked();
    await library.documents.embedPending({});
    let calls = 0;
    library.embedder.before = () => void (calls += 1);
    const words = ['rent', 'lentils', 'budget'];
    const requests = Array.from({ length: 60 }, (_unused, at) => ({
      collectionIds: [library.collection],
      query: words[at % 3]!,
      k: 2,
      mode: 'hybrid' as const,
    }));
    const results = await library.documents.searchMany(requests);
    expect(calls).toBe(1);
    expect(results.map((result) => result.hits[0]?.document.replace('copy of ', ''))).toEqual(
      requests.map(({ query }) => ({ rent: 'lease.md', lentils: 'recipe.txt', budget: 'minutes.md' })[query]),
    );
  });

  it('uses words alone when the engine fails, but never says it searched by meaning', async () => {
    const library = await stocked();
    await library.documents.embedPending({});
    library.embedder.before = () => Promise.reject(new CloisterError('engine_failed', 'down'));
    expect((await ask(library, library.collection, 'rent')).used).toBe('keyword');
    await expect(ask(library, library.collection, 'rent', 'vector')).rejects.toMatchObject({ code: 'engine_failed' });
    library.embedder.digest = null;
    expect((await ask(library, library.collection, 'rent')).used).toBe('keyword');
    await expect(ask(library, library.collection, 'rent', 'vector')).rejects.toMatchObject({ code: 'model_missing' });
  });
});

describe('embedding', () => {
  it('goes on where it stopped, and embeds nothing twice', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    const { id } = await library.documents.createCollection('papers');
    const paragraphs = Array.from(
      { length: 400 },
      (_unused, at) => `Paragraph ${at} ${'speaks of many things at some length. '.repeat(30)}`,
    );
    writeFileSync(join(library.folder, 'long.txt'), paragraphs.join('\n\n'));
    await library.take(id, library.folder);
    const stop = new AbortController();
    let batches = 0;
    library.embedder.before = () => {
      batches += 1;
      if (batches === 2) stop.abort();
    };
    await expect(library.documents.embedPending({ collectionId: id, signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const [half] = await library.documents.collections();
    expect(half?.embedded).toBeGreaterThan(0);
    expect(half?.embedded).toBeLessThan(half?.chunks ?? 0);
    await library.documents.embedPending({});
    const [whole] = await library.documents.collections();
    expect(whole?.embedded).toBe(whole?.chunks);
    expect(library.embedder.texts).toHaveLength(whole?.chunks ?? 0);
    // One paragraph changed: the other passages keep their vectors.
    appendFileSync(join(library.folder, 'long.txt'), '\n\nOne more word.');
    await library.take(id, library.folder);
    const before = library.embedder.texts.length;
    await library.documents.embedPending({});
    expect(library.embedder.texts.length - before).toBeLessThanOrEqual(3 + (whole?.chunks ?? 0) / 50);
    expect((await ask(library, id, 'Paragraph 17', 'vector')).hits).toHaveLength(10);
  });

  it('of the files at or below some paths leaves the others for later', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    const { id } = await library.documents.createCollection('papers');
    const paragraphs = Array.from({ length: 60 }, (_unused, at) => `Old ${at} ${'speaks at some length. '.repeat(40)}`);
    const put = (path: string, text: string): void => {
      mkdirSync(join(library.folder, path, '..'), { recursive: true });
      writeFileSync(join(library.folder, path), text);
    };
    put('old.txt', paragraphs.join('\n\n'));
    for (const name of ['a', 'b']) put(`new/${name}.txt`, `New ${name} speaks of lentils.`);
    put('new-too.txt', 'Newer than the others.');
    await library.take(id, library.folder);
    const paths = [join(library.folder, 'new')];
    const seen: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number): void => void seen.push([done, total]);
    expect(await library.documents.embedPending({ collectionId: id, paths, onProgress })).toBe(2);
    expect(library.embedder.texts.toSorted()).toEqual([
      expect.stringContaining('New a') as string,
      expect.stringContaining('New b') as string,
    ]);
    expect(seen).toEqual([[2, 2]]);
    expect(await library.documents.embedPending({ collectionId: id, paths })).toBe(0);
    const [collection] = await library.documents.collections();
    expect(collection?.embedded).toBe(2);
    library.embedder.digest = null;
    expect(await library.documents.embedPending({ collectionId: id, paths })).toBe(0);
    const old = { collectionId: id, paths: [join(library.folder, 'old.txt')] };
    await expect(library.documents.embedPending(old)).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('lets a question go first: it waits for one batch of the passages, and none is begun while it is answered', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    const { id } = await library.documents.createCollection('papers');
    const paragraphs = Array.from({ length: 60 }, (_unused, at) => `Paragraph ${at} ${'on many things. '.repeat(60)}`);
    writeFileSync(join(library.folder, 'long.txt'), paragraphs.join('\n\n'));
    await library.take(id, library.folder);
    const calls: string[] = [];
    const asking: Promise<unknown>[] = [];
    const stop = new AbortController();
    // As the engine: one call after the other, in the order in which they came.
    let line: Promise<unknown> = Promise.resolve();
    library.embedder.before = (given) => {
      const isQuestion = given[0] === 'Which paragraph?';
      calls.push(isQuestion ? 'question' : `${given.length} passages`);
      if (calls.length === 2) asking.push(ask(library, id, 'Which paragraph?').finally(() => calls.push('answered')));
      const turn = line.then(() => new Promise<void>((done) => setTimeout(done, 20)));
      line = turn;
      return turn;
    };
    await library.documents.embedPending({ collectionId: id, signal: stop.signal });
    await Promise.all(asking);
    expect(calls[0]).toBe('16 passages');
    expect(calls.indexOf('question')).toBe(2);
    // The answer may be one event later than the next slice: the vector is what it waited for.
    expect(calls.indexOf('answered')).toBeLessThanOrEqual(4);
    const [whole] = await library.documents.collections();
    expect(whole?.embedded).toBe(whole?.chunks);
    expect(whole?.chunks).toBeGreaterThan(48);
  });

  it('can be stopped while it waits for a question', async () => {
    const library = await stocked();
    const stop = new AbortController();
    const { promise: release, resolve } = Promise.withResolvers<unknown>();
    library.embedder.before = async () => {
      await release;
    };
    const asked = ask(library, library.collection, 'rent');
    await new Promise((next) => setTimeout(next, 20));
    const embedding = library.documents.embedPending({ signal: stop.signal });
    await new Promise((next) => setTimeout(next, 20));
    stop.abort();
    await expect(embedding).rejects.toMatchObject({ code: 'cancelled' });
    resolve(null);
    await asked;
  });

  it('makes a second index for another model and drops the first when the second is whole', async () => {
    const library = await stocked();
    await library.documents.embedPending({});
    const first = library.embedder.texts.length;
    library.embedder.digest = 'sha256-two';
    library.embedder.before = () => Promise.reject(new CloisterError('engine_failed', 'down'));
    await expect(library.documents.embedPending({})).rejects.toMatchObject({ code: 'engine_failed' });
    // Going back finds the first index whole.
    library.embedder.before = () => undefined;
    library.embedder.digest = 'sha256-one';
    expect((await ask(library, library.collection, 'rent')).used).toBe('hybrid');
    expect(await library.documents.embedPending({})).toBe(0);
    library.embedder.digest = 'sha256-two';
    expect(await library.documents.embedPending({})).toBe(first);
    expect((await ask(library, library.collection, 'rent')).used).toBe('hybrid');
    library.embedder.digest = 'sha256-one';
    expect((await ask(library, library.collection, 'rent')).used).toBe('keyword');
  });

  it('reads in halves what the model finds too long', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    const { id } = await library.documents.createCollection('papers');
    writeFileSync(join(library.folder, 'a.txt'), `${'gravel and sand '.repeat(40)}\n\nshort`);
    await library.take(id, library.folder);
    library.embedder.longest = 300;
    expect(await library.documents.embedPending({})).toBeGreaterThan(0);
    expect(library.embedder.texts.every((text) => text.length <= 300)).toBe(true);
    expect((await ask(library, id, 'gravel', 'vector')).hits.length).toBeGreaterThan(0);
  });

  it('says that the model is missing only when something waits for it', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    library.embedder.digest = null;
    expect(await library.documents.embedPending({})).toBe(0);
    const { id } = await library.documents.createCollection('papers');
    writeFileSync(join(library.folder, 'a.txt'), 'words');
    await library.take(id, library.folder);
    await expect(library.documents.embedPending({})).rejects.toMatchObject({ code: 'model_missing' });
  });

  it('refuses what is no vector', async () => {
    const library = await stocked();
    library.embedder.embed = async (given) => given.map(() => new Float32Array([Number.NaN, 1]));
    await expect(library.documents.embedPending({})).rejects.toMatchObject({ code: 'engine_failed' });
    expect((await library.documents.collections())[0]?.embedded).toBe(0);
  });
});

describe('what is on the disk', () => {
  it('holds no word of a document, in any file, while it is used and afterwards', async () => {
    const library = await stocked();
    const canary = 'zyxcanaryword';
    writeFileSync(join(library.folder, 'secret.txt'), `${canary} `.repeat(5000));
    await library.take(library.collection, library.folder);
    await library.documents.embedPending({});
    await ask(library, library.collection, canary);
    const profile = join(library.folder, '../profile');
    const files = readdirSync(profile, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect(bytes.includes(canary), file.name).toBe(false);
      expect(bytes.includes(Buffer.from(canary, 'utf16le')), file.name).toBe(false);
    }
    const temporary = readdirSync('/var/tmp').filter((name) => name.startsWith('etilqs_'));
    for (const name of temporary) expect(readFileSync(join('/var/tmp', name)).includes(canary)).toBe(false);
  });
});

describe('the viewer', () => {
  it('shows a PDF from its file while it is the one that was indexed, and places words on its pages', async () => {
    const library = newLibrary();
    await library.vault.create({ keySource: 'memory' });
    const { id } = await library.documents.createCollection('papers');
    const source = readFileSync(join(import.meta.dirname, '../../../resources/samples/Employee handbook.pdf'));
    mkdirSync(join(library.folder, 'pdf'));
    const path = join(library.folder, 'pdf/handbook.pdf');
    writeFileSync(path, source);
    await library.take(id, path);
    const { hits } = await ask(library, id, 'three days a week', 'keyword');
    const hit = hits[0]!;
    const { viewer } = library.documents;
    expect(await viewer.open(hit.documentId)).toMatchObject({
      kind: 'pdf',
      pages: 6,
      bytes: source.length,
      notice: null,
    });
    const piece = await viewer.bytes(hit.documentId, 100);
    expect(Buffer.from(piece.bytes).equals(source.subarray(100))).toBe(true);
    const place = await viewer.locate(hit.documentId, hit.start, hit.end, 'three  days a\nweek');
    expect(place).toMatchObject({ placed: true, page: hit.page });
    if (place.placed) {
      expect(place.rectangles.length).toBeGreaterThan(0);
      for (const { x, y, width, height } of place.rectangles) {
        for (const figure of [x, y, x + width, y + height]) expect(figure >= 0 && figure <= 1).toBe(true);
      }
    }
    expect(await viewer.locate(hit.documentId, hit.start, hit.end, 'words that nobody wrote')).toMatchObject({
      placed: false,
      reason: 'not_in_document',
    });
    // Written to while it is open: no byte of the other file is given out.
    writeFileSync(path, Buffer.concat([source, Buffer.from('x')]));
    await expect(viewer.bytes(hit.documentId, 0)).rejects.toMatchObject({ code: 'conflict' });
    expect(await viewer.open(hit.documentId)).toMatchObject({ kind: 'text', notice: 'file_changed' });
    rmSync(path);
    expect(await viewer.open(hit.documentId)).toMatchObject({ kind: 'text', notice: 'file_moved' });
    const page = await viewer.page(hit.documentId, hit.page ?? 1);
    expect(page.blocks.map((block) => block.text).join(' ')).toContain('days');
    await expect(viewer.page(hit.documentId, 99)).rejects.toMatchObject({ code: 'not_found' });
  });
});
