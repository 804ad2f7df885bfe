import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createParser, parsedDocumentSchema } from '../../../electron/documents/parse/index.ts';
import type { Parser } from '../../../electron/documents/types.ts';
import { buildParser, entry, node, reasonOf, root } from '../../fixtures/documents/parse.ts';

const handbook = {
  name: 'Employee handbook.pdf',
  bytes: readFileSync(join(root, 'resources/samples/Employee handbook.pdf')),
};
const text = { name: 'a.txt', bytes: Buffer.from('some words') };

describe('the parser', () => {
  const parsers: Parser[] = [];
  const parser = (options: Partial<Parameters<typeof createParser>[0]> = {}): Parser => {
    const made = createParser({ entry, node, ...options });
    parsers.push(made);
    return made;
  };

  beforeAll(buildParser);

  afterEach(async () => {
    for (const each of parsers.splice(0)) await each.dispose();
  });

  it.each([
    ['in a namespace', {}, 'namespace'],
    ['with permissions alone', { bubblewrap: null }, 'permissions'],
  ] as const)('reads a PDF %s', async (_, options, kind) => {
    const made = parser(options);
    expect((await made.sandbox()).kind).toBe(kind);
    const document = await made.parse(handbook);
    expect(document.pages).toHaveLength(6);
    expect(document.text).toContain('three days a week');
    expect(parsedDocumentSchema.safeParse(document).success).toBe(true);
  });

  it('gives the same document in both', async () => {
    expect(await parser().parse(handbook)).toEqual(await parser({ bubblewrap: null }).parse(handbook));
  });

  it('gives the same documents one after the other in one process, in whatever order', async () => {
    const folder = join(root, 'resources/samples');
    const files = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
    const made = parser();
    const alone = new Map<string, unknown>();
    for (const file of files) alone.set(file.name, await made.parse(file));
    for (const order of [files, files.toReversed(), [...files, ...files]]) {
      const run = made.openRun();
      for (const file of order) expect(await run.parse(file), file.name).toEqual(alone.get(file.name));
      run.close();
    }
  }, 60_000);

  describe('beside a snapshot that cannot be used', () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cloister-parser-'));
      for (const name of ['parser.js', 'parser.blob', 'parser.blob.json'])
        copyFileSync(join(root, 'dist', name), join(folder, name));
      cpSync(join(root, 'dist/pdfjs'), join(folder, 'pdfjs'), { recursive: true });
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    it.each([
      ['as it was built', (): void => undefined, null],
      ['missing', () => rmSync(join(folder, 'parser.blob.json')), 'There is no snapshot.'],
      [
        'of another Node',
        () => writeFileSync(join(folder, 'parser.blob.json'), '{"bytes":1}'),
        'The snapshot was made by another Node.',
      ],
      ['cut off', () => truncateSync(join(folder, 'parser.blob'), 5_000_000), 'The snapshot does not start.'],
      [
        'of zeros',
        () => writeFileSync(join(folder, 'parser.blob'), Buffer.alloc(1_000_000)),
        'The snapshot does not start.',
      ],
    ] as const)('gives the same document, and says so: %s', async (_, spoil: () => void, slow) => {
      spoil();
      const made = parser({ entry: join(folder, 'parser.js') });
      expect(await made.parse(handbook)).toEqual(await parser().parse(handbook));
      expect((await made.sandbox()).slow).toBe(slow);
    });
  });

  it('says why it has no namespace', async () => {
    const { kind, reason } = await parser({ bubblewrap: '/bin/false' }).sandbox();
    expect(kind).toBe('permissions');
    expect(reason).toMatch(/^This system refuses bubblewrap/);
  });

  it('reads nothing without a namespace where policy requires one, and says so', async () => {
    await expect(parser({ requireNamespace: true, bubblewrap: null }).parse(text)).rejects.toMatchObject({
      code: 'parse_failed',
      detail: { reason: 'unsealed' },
      message: expect.stringContaining('Your organisation requires') as string,
    });
    expect((await parser({ requireNamespace: true }).parse(text)).text).toContain('some words');
  });

  it('reads the next document in a process that was waiting, and faster than the first', async () => {
    const made = parser();
    const times: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const start = performance.now();
      await made.parse(text);
      times.push(performance.now() - start);
    }
    expect(Math.min(...times.slice(1))).toBeLessThan(times[0]!);
  });

  it('reads many at once, and each is its own', async () => {
    const made = parser();
    const bodies = Array.from({ length: 6 }, (_, at) => `document number ${at}`);
    const read = await Promise.all(bodies.map((body) => made.parse({ name: 'x.md', bytes: Buffer.from(body) })));
    expect(read.map((document) => document.text)).toEqual(bodies);
  });

  it('gives up its place in the line when it is cancelled', async () => {
    const made = parser({ parallel: 1 });
    const cancel = new AbortController();
    const first = made.parse(handbook);
    const second = reasonOf(made.parse(text, cancel.signal));
    cancel.abort();
    expect(await second).toBe('cancelled');
    expect((await first).format).toBe('pdf');
    expect((await made.parse(text)).text).toBe('some words');
  });

  it('says that nothing can be read when Node is not there', async () => {
    expect(await reasonOf(parser({ node: '/nowhere/node', bubblewrap: null }).parse(text))).toMatch(
      /no_sandbox|crashed/,
    );
  });

  it('reads nothing after it was given up', async () => {
    const made = parser();
    await made.dispose();
    expect(await reasonOf(made.parse(text))).toBe('cancelled');
  });
});
