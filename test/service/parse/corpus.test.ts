import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser, reasons, rectanglesFor, type Reason } from '../../../electron/documents/parse/index.ts';
import type { ParsedDocument, Parser } from '../../../electron/documents/types.ts';
import { buildParser, entry, node, root } from '../../fixtures/documents/parse.ts';
import { becauseDataIsMissing } from '../../fixtures/because.ts';

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

describe.skipIf(!existsSync(office))(
  'the office files of the test data, sound, odd and broken',
  becauseDataIsMissing,
  () => {
    let parser: Parser;
    let results: Result[];

    beforeAll(async () => {
      await buildParser();
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
  },
);

/** Words of three letters and more, which poppler and we must agree on. */
function words(text: string): Set<string> {
  return new Set(text.normalize('NFKC').match(/\p{L}{3,}/gu));
}

interface PlacedWord {
  readonly text: string;
  /** Fractions of the page. */
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
}

/** Words of a page with their boxes, as poppler places them. */
function wordsByPoppler(path: string, page: number): PlacedWord[] {
  const html = spawnSync('pdftotext', ['-bbox', '-f', String(page), '-l', String(page), path, '-']).stdout.toString();
  const [, width, height] = /<page width="([\d.]+)" height="([\d.]+)"/.exec(html) ?? [];
  const found = html.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</g);
  return [...found].map(([, x0, y0, x1, y1, text]) => ({
    text: text ?? '',
    x0: Number(x0) / Number(width),
    x1: Number(x1) / Number(width),
    y: (Number(y0) + Number(y1)) / 2 / Number(height),
  }));
}

/** Words that occur once on a page: their place can be compared. */
function compareWords(document: ParsedDocument, path: string, number: number): { compared: number; off: string[] } {
  const page = document.pages[number - 1]!;
  const text = document.text.slice(page.start, page.end);
  const off: string[] = [];
  let compared = 0;
  for (const word of wordsByPoppler(path, number)) {
    const at = text.indexOf(word.text);
    if (!/^\p{L}{4,}$/u.test(word.text) || at === -1 || text.indexOf(word.text, at + 1) !== -1) continue;
    const start = page.start + at;
    const [box] =
      rectanglesFor(page, document.blocks, start, start + word.text.length, { text, start: page.start }) ?? [];
    compared += 1;
    const wide = (word.x1 - word.x0) * 0.2 + 0.004;
    const near = box !== undefined && Math.abs(box.x - word.x0) < wide && Math.abs(box.x + box.width - word.x1) < wide;
    if (!near || word.y < box.y || word.y > box.y + box.height) off.push(word.text);
  }
  return { compared, off };
}

describe.skipIf(!existsSync(reports))('ten real reports', becauseDataIsMissing, () => {
  it('have their words where poppler has them', async () => {
    const parser = createParser({ entry, node });
    let compared = 0;
    const off: string[] = [];
    for (const { name, document } of await attemptAll(parser, reports)) {
      for (const { number } of document?.pages ?? []) {
        const found = compareWords(document!, join(reports, name), number);
        compared += found.compared;
        off.push(...found.off);
      }
    }
    await parser.dispose();
    console.log(`${compared} words compared with poppler's places, ${off.length} more than a fifth of a word off`);
    expect(compared).toBeGreaterThan(1_500);
    expect(off.length / compared).toBeLessThan(0.01);
  });

  it('hold the words that another reader finds, in blocks with boxes', async () => {
    await buildParser();
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
