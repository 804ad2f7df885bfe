/** Real PDFs through the parser's sandbox, beside bare pdf.js reading the same text in this process. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
// Without these pdf.js does not run in Node at all.
import '../../electron/documents/parse/sandboxed/pdf/newer-builtins.ts';
import { getDocument } from 'pdfjs-dist';
import { createParser } from '../../electron/documents/parse/index.ts';
import type { Parser } from '../../electron/documents/types.ts';
import { entries } from './application.ts';
import { createCoreClock } from './core-clock.ts';
import { reports } from './documents.ts';
import { runRow, type Report } from './row.ts';

/** So that the long document is one where reading counts, not the start of a process. */
const copies = 8;
/** The folder of reports so many times over: enough for a process to be given up and the next one to begin. */
const times = 8;
const rounds = 5;

interface Pdf {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Reading {
  readonly pages: number;
  readonly text: string;
}

type Isolation = 'run' | 'file';

type Reader = (pdf: Pdf) => Promise<Reading>;

const readFolder = (): Pdf[] =>
  readdirSync(reports).filter((name) => name.endsWith('.pdf')).map((name) => ({ name, bytes: readFileSync(join(reports, name)) })); // prettier-ignore

/** All pages of the real files in one, joined by pdf.js itself: the files are encrypted, as reports often are. */
async function joined(pdfs: readonly Pdf[]): Promise<Pdf> {
  const parts = Array.from({ length: copies }, () => pdfs).flat();
  const task = getDocument({ data: Uint8Array.from(pdfs[0]?.bytes ?? []), verbosity: 0 });
  const document = await task.promise;
  const bytes: unknown = await document.extractPages(
    parts.map((part, at) => ({ document: at === 0 ? null : Uint8Array.from(part.bytes) })),
  );
  await task.destroy();
  if (!(bytes instanceof Uint8Array)) throw new Error('pdf.js could not join the files.');
  return { name: 'joined.pdf', bytes };
}

/** What any program with pdf.js would do: text in the order of the file, no lines, places, tables or headings. */
const bare: Reader = async ({ bytes }) => {
  const task = getDocument({
    data: Uint8Array.from(bytes),
    verbosity: 0,
    useSystemFonts: false,
    standardFontDataUrl: join(entries.parser, '../pdfjs/standard_fonts/'),
  });
  const document = await task.promise;
  const texts: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join(' '));
  }
  const pages = document.numPages;
  await task.destroy();
  return { pages, text: texts.join('\n') };
};

const lettersOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

interface Speed {
  readonly pagesPerSecond: number;
  /** For each second on a core of this process and all that it started, whatever else runs. */
  readonly perCoreSecond: number;
  readonly pages: number;
  readonly letters: number;
}

async function speedOf(reader: Reader, pdfs: readonly Pdf[]): Promise<Speed> {
  let [pages, letters] = [0, 0];
  const clock = createCoreClock();
  const started = performance.now();
  for (const pdf of pdfs) {
    const reading = await reader(pdf);
    pages += reading.pages;
    letters += lettersOf(reading.text);
  }
  const spent = performance.now() - started;
  return { pagesPerSecond: (pages * 1000) / spent, perCoreSecond: pages / clock.stop(), pages, letters };
}

function best(speeds: readonly Speed[]): Speed {
  const [first] = speeds.toSorted((a, b) => b.pagesPerSecond - a.pagesPerSecond);
  if (first === undefined) throw new RangeError('Nothing was read.');
  return first;
}

const bestPerCore = (speeds: readonly Speed[]): number => Math.max(...speeds.map((speed) => speed.perCoreSecond));

/** One run over the files, from its first process to its last answer. */
async function runOver(parser: Parser, pdfs: readonly Pdf[]): Promise<Speed> {
  const run = parser.openRun();
  try {
    return await speedOf(async (pdf) => {
      const { pages, text } = await run.parse(pdf);
      return { pages: pages.length, text };
    }, pdfs);
  } finally {
    run.close();
    parser.rest();
  }
}

/** By turns; the best round of each, since what else the machine does only ever slows. */
async function compare(what: string, pdfs: readonly Pdf[], report: Report): Promise<void> {
  const parserOf = (isolation: Isolation): Parser =>
    createParser({ entry: entries.parser, node: process.execPath, isolation });
  const parsers = { run: parserOf('run'), file: parserOf('file') };
  const { kind } = await parsers.run.sandbox();
  await parsers.file.sandbox();
  const speeds: Record<Isolation | 'direct', Speed[]> = { run: [], file: [], direct: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const isolation of ['run', 'file'] as const) speeds[isolation].push(await runOver(parsers[isolation], pdfs));
    speeds.direct.push(await speedOf(bare, pdfs));
  }
  for (const parser of Object.values(parsers)) await parser.dispose();
  const direct = best(speeds.direct);
  for (const isolation of pdfs.length === 1 ? (['run'] as const) : (['run', 'file'] as const)) {
    const ours = best(speeds[isolation]);
    const kept = (100 * ours.letters) / direct.letters;
    const row = isolation === 'run' ? what : `${what}, each in a process of its own (by policy)`;
    report({
      what: row,
      unit: 'pages/s',
      ours: ours.pagesPerSecond,
      direct: { way: 'bare pdf.js, no sandbox', value: direct.pagesPerSecond },
      ...(isolation === 'run' ? { target: { bound: 'least', value: 100, of: 'ours' } } : {}),
      note: `one file at a time, ${pdfs.length} files, ${ours.pages} pages, the start of processes included; sandbox: ${kind}, best of ${rounds} rounds; letters and digits kept: ${kept.toFixed(1)} % of bare pdf.js`,
    });
    report({
      what: `${row}, for each second of a core`,
      unit: 'pages/s',
      ours: bestPerCore(speeds[isolation]),
      direct: { way: 'bare pdf.js', value: bestPerCore(speeds.direct) },
      note: 'by the processor time of all processes together, also of one that waits ready and is not needed',
    });
  }
}

const source = existsSync(reports) && reports.includes('ntsb') ? 'accident reports' : 'sample documents';

await runRow({
  'Short PDFs': (report) =>
    compare(`PDFs of a few pages (${source})`, Array.from({ length: times }, readFolder).flat(), report),
  'A long PDF': async (report) =>
    compare(`One long PDF (the same pages ${copies} times)`, [await joined(readFolder())], report),
});
