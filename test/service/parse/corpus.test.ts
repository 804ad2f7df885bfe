import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser, reasons, type Reason } from '../../../electron/documents/parse/index.ts';
import type { ParsedDocument, Parser } from '../../../electron/documents/types.ts';
import { buildParser, entry, node, root } from '../../fixtures/documents/parse.ts';

const data = process.env['CLOISTER_DATA'] ?? join(root, '../shared/data');
const office = join(data, 'documents/office');
const reports = join(data, 'documents/ntsb-reports');

interface Result {
  readonly name: string;
  readonly ms: number;
  readonly document: ParsedDocument | null;
  readonly reason: Reason | null;
  readonly sentence: string;
}

async function attempt(parser: Parser, folder: string, name: string): Promise<Result> {
  const bytes = readFileSync(join(folder, name));
  const start = performance.now();
  try {
    const document = await parser.parse({ name, bytes });
    return { name, ms: performance.now() - start, document, reason: null, sentence: '' };
  } catch (thrown) {
    const { message, detail } = thrown as { message: string; detail?: { reason?: Reason } };
    return { name, ms: performance.now() - start, document: null, reason: detail?.reason ?? null, sentence: message };
  }
}

/** Empty too where poppler cannot open the file. */
function textByPoppler(path: string): string {
  return spawnSync('pdftotext', ['-layout', path, '-']).stdout.toString().trim();
}

/** Two at a time, as the parser works. */
async function attemptAll(parser: Parser, folder: string): Promise<Result[]> {
  const names = readdirSync(folder);
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift())
      results.push(await attempt(parser, folder, name));
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/** What these files really are without: text, a key, a format that is read. Anything else must give text. */
const withoutText: readonly Reason[] = ['no_text', 'scanned', 'password', 'restricted'];
const notRead: readonly Reason[] = [
  'word_97',
  'powerpoint_97',
  'outlook',
  'office_95',
  'archive',
  'unknown',
  'misnamed',
  'damaged',
];

describe.skipIf(!existsSync(office))('270 office files, sound, odd and broken', () => {
  let parser: Parser;
  let results: Result[];

  beforeAll(async () => {
    buildParser();
    parser = createParser({ entry, node });
    results = await attemptAll(parser, office);
  }, 300_000);

  afterAll(() => parser.dispose());

  it('are each read or refused with a sentence that says what to do', () => {
    for (const { name, document, reason, sentence } of results) {
      if (document === null) expect(sentence, name).toBe(reason === null ? 'a known reason' : reasons[reason][1]);
      else expect(document.text.trim(), name).not.toBe('');
    }
  });

  it('crash, hang or overflow nothing', () => {
    const bad = results.filter(
      ({ reason }) => reason !== null && !withoutText.includes(reason) && !notRead.includes(reason),
    );
    expect(bad.map(({ name, reason }) => `${name}: ${String(reason)}`)).toEqual([]);
    expect(results.filter(({ ms }) => ms > 10_000).map(({ name, ms }) => `${name}: ${ms}`)).toEqual([]);
  });

  it.each([
    ['docx', 26],
    ['xlsx', 12],
    ['pptx', 14],
    ['html', 14],
    ['rtf', 20],
    ['eml', 5],
    ['mbox', 5],
    ['xls', 8],
    ['odt', 6],
    ['txt', 12],
    ['xml', 25],
  ])('of the .%s files at least %i give text', (extension, least) => {
    const read = results.filter(({ name, document }) => name.endsWith(`.${extension}`) && document !== null);
    expect(read.length).toBeGreaterThanOrEqual(least);
  });

  it.each([
    ['testWORD_numbered_list.docx', '1) This'],
    ['testWORD_text_box.docx', 'This text is inside of a text box in the body of the document.'],
    ['testPPT_various2.pptx', 'NotesForSlide2'],
    ['testEXCEL_textbox.xlsx', 'this is some autoshape text'],
    ['testEXCEL.xls', 'Sample Excel Worksheet'],
    ['testRTFJapanese.rtf', '日'],
    ['testPDF.pdf', 'Apache Tika is a toolkit for detecting and extracting metadata'],
    ['testPDF_acroform3.pdf', 'aTextField: TIKA-1226'],
    ['testTXT_win-1252.txt', '“windows”'],
    ['testNPEOpenDocument.odt', 'Práctica de GnuPG'],
    ['testEPUB.epub', 'First item'],
  ])('%s says “%s”', (name, words) => {
    const found = results.find((each) => each.name === name);
    expect(found?.document?.text).toContain(words);
  });

  it('leave out only those PDFs in which poppler finds no text either', () => {
    const theirs = readdirSync(office).filter(
      (name) => name.endsWith('.pdf') && textByPoppler(join(office, name)) === '',
    );
    const ours = results
      .filter(({ name, document }) => name.endsWith('.pdf') && document === null)
      .map(({ name }) => name);
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });

  it('are told to people by kind', () => {
    const counts = new Map<string, number>();
    for (const { reason } of results) counts.set(reason ?? 'read', (counts.get(reason ?? 'read') ?? 0) + 1);
    console.log(
      `parsed ${results.length} office files: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    );
    expect(counts.get('read')).toBeGreaterThanOrEqual(175);
  });
});

/** Words of three letters and more, which poppler and we must agree on. */
function words(text: string): Set<string> {
  return new Set(text.normalize('NFKC').match(/\p{L}{3,}/gu));
}

describe.skipIf(!existsSync(reports))('ten real reports', () => {
  it('hold the words that another reader finds, in blocks with boxes', async () => {
    buildParser();
    const parser = createParser({ entry, node });
    for (const { name, document } of await attemptAll(parser, reports)) {
      const expected = words(textByPoppler(join(reports, name)));
      const found = words(document?.text ?? '');
      const missing = [...expected].filter((word) => !found.has(word));
      expect(missing, name).toEqual([]);
      expect(
        document?.blocks.every((block) => (block.runs?.length ?? 0) > 0),
        name,
      ).toBe(true);
    }
    await parser.dispose();
  });
});
