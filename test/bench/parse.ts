/** Real PDFs through the parser's sandbox, beside bare pdf.js reading the same text in this process. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { getDocument } from 'pdfjs-dist';
import { createParser } from '../../electron/documents/parse/index.ts';
import { parseHere } from '../fixtures/documents/parse.ts';
import { entries } from './application.ts';
import { reports } from './documents.ts';
import { runRow, type Report } from './row.ts';

/** So that the long document is one where reading counts, not the start of a process. */
const copies = 8;
const rounds = 3;

interface Pdf {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Reading {
  readonly pages: number;
  readonly text: string;
}

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

/** The sandbox's reader without the sandbox. */
const unsandboxed: Reader = async ({ bytes }) => {
  const { pages, text } = await parseHere(Buffer.from(bytes), 'pdf');
  return { pages: pages.length, text };
};

const lettersOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

interface Speed {
  readonly pagesPerSecond: number;
  /** For a second of this process's own time on a core, whatever else runs. Says nothing of other processes. */
  readonly perCoreSecond: number;
  readonly pages: number;
  readonly letters: number;
}

async function speedOf(reader: Reader, pdfs: readonly Pdf[], ready: () => Promise<unknown>): Promise<Speed> {
  let [pages, letters, spent] = [0, 0, 0];
  const before = process.cpuUsage();
  for (const pdf of pdfs) {
    await ready();
    const started = performance.now();
    const reading = await reader(pdf);
    spent += performance.now() - started;
    pages += reading.pages;
    letters += lettersOf(reading.text);
  }
  const { user, system } = process.cpuUsage(before);
  const perCoreSecond = (pages * 1e6) / (user + system);
  return { pagesPerSecond: (pages * 1000) / spent, perCoreSecond, pages, letters };
}

function best(speeds: readonly Speed[]): Speed {
  const [first] = speeds.toSorted((a, b) => b.pagesPerSecond - a.pagesPerSecond);
  if (first === undefined) throw new RangeError('Nothing was read.');
  return first;
}

const bestPerCore = (speeds: readonly Speed[]): number => Math.max(...speeds.map((speed) => speed.perCoreSecond));

/** Both by turns; the best round of each, since what else the machine does only ever slows. */
async function compare(what: string, pdfs: readonly Pdf[], report: Report): Promise<void> {
  const parser = createParser({ entry: entries.parser, node: process.execPath });
  const ours: Reader = async (pdf) => {
    const { pages, text } = await parser.parse(pdf);
    return { pages: pages.length, text };
  };
  const { kind } = await parser.sandbox();
  await ours(pdfs[0] ?? { name: '', bytes: new Uint8Array() });
  const sandboxed: Speed[] = [];
  const here: Speed[] = [];
  const direct: Speed[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // The next process is made ready while the former document is being put away, as between two files of a folder.
    sandboxed.push(await speedOf(ours, pdfs, () => wait(800)));
    here.push(await speedOf(unsandboxed, pdfs, async () => undefined));
    direct.push(await speedOf(bare, pdfs, async () => undefined));
  }
  await parser.dispose();
  const [mine, theirs] = [best(sandboxed), best(direct)];
  const kept = (100 * mine.letters) / theirs.letters;
  report({
    what,
    unit: 'pages/s',
    ours: mine.pagesPerSecond,
    direct: { way: 'bare pdf.js, no sandbox', value: theirs.pagesPerSecond },
    target: { bound: 'least', value: 100, of: 'ours' },
    note: `one file at a time, ${mine.pages} pages, sandbox: ${kind}, best of ${rounds} rounds; letters and digits kept: ${kept.toFixed(1)} % of bare pdf.js`,
  });
  report({
    what: `${what}, reading alone, for each second of a core`,
    unit: 'pages/s',
    ours: bestPerCore(here),
    direct: { way: 'bare pdf.js', value: bestPerCore(direct) },
    note: 'the same reader without its sandbox, in this process, by its own processor time: no other program is in it',
  });
}

const source = existsSync(reports) && reports.includes('ntsb') ? 'accident reports' : 'sample documents';

await runRow({
  'Short PDFs': (report) => compare(`PDFs of a few pages (${source})`, readFolder(), report),
  'A long PDF': async (report) =>
    compare(`One long PDF (the same pages ${copies} times)`, [await joined(readFolder())], report),
});
