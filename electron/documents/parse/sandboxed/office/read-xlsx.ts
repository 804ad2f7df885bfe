import { read, utils, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx';
import { limits } from '../../limits.ts';
import { DocumentWriter, shorten } from '../document-writer.ts';
import { refuse, Refusal } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { isHeaderRow } from '../text/read-csv.ts';
import { openZip, storedZip } from '../zip-archive.ts';

/** Parts of a workbook that hold no cells; pictures and macros are not even inflated. */
const unread = /(?:^|\/)(?:media|embeddings|drawings|charts|printerSettings|ctrlProps|activeX|Pictures|Thumbnails|Object[^/]*|ObjectReplacements)\/|vbaProject|\.bin\.rels$/i;

const cellTag = Buffer.from('<c ');
const doctype = /<!DOCTYPE/i;

function countCells(xml: Buffer): number {
  let count = 0;
  for (let at = xml.indexOf(cellTag); at !== -1; at = xml.indexOf(cellTag, at + 3)) count += 1;
  return count;
}

/** The archive as the library gets it: only entries that were inflated and counted here, without compression. */
async function guarded(bytes: Buffer): Promise<Buffer> {
  const zip = await openZip(bytes);
  const files = new Map<string, Buffer>();
  let cells = 0;
  for (const name of zip.names) {
    if (name.endsWith('/') || unread.test(name)) continue;
    const data = await zip.read(name);
    if (/\.(xml|rels)$/i.test(name) && doctype.test(data.subarray(0, 4096).toString('latin1'))) refuse('doctype');
    cells += countCells(data);
    if (cells > limits.cells) refuse('too_many_cells');
    files.set(name, data);
  }
  return storedZip(files);
}

function load(bytes: Buffer): WorkBook {
  try {
    return read(bytes, { type: 'buffer', dense: true, cellFormula: false, cellHTML: false, cellStyles: false, bookVBA: false });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    const message = thrown instanceof Error ? thrown.message : '';
    throw new Refusal(/password|encrypt/i.test(message) ? 'password' : 'damaged');
  }
}

/** The value as the sheet shows it: with its number format, a date as a date. */
function shown(cell: CellObject | undefined): string {
  if (cell === undefined || cell.t === 'z') return '';
  const formatted = cell.w ?? (cell.v instanceof Date ? cell.v.toISOString().slice(0, 10) : String(cell.v ?? ''));
  return formatted.replace(/\s+/g, ' ').trim();
}

interface SheetRow {
  readonly number: number;
  /** By column index; empty cells are left out. */
  readonly cells: ReadonlyMap<number, string>;
}

function rowsOf(sheet: WorkSheet): SheetRow[] {
  const dense = (sheet as unknown as { '!data'?: (CellObject | undefined)[][] })['!data'] ?? [];
  const rows: SheetRow[] = [];
  dense.forEach((cells, index) => {
    const filled = new Map<number, string>();
    cells.forEach((cell, column) => {
      const text = shown(cell);
      if (text !== '') filled.set(column, text);
    });
    if (filled.size > 0) rows.push({ number: index + 1, cells: filled });
  });
  return rows;
}

function locatorOf(sheet: string, { number, cells }: SheetRow): string {
  const columns = [...cells.keys()];
  const from = utils.encode_col(Math.min(...columns));
  const to = utils.encode_col(Math.max(...columns));
  return from === to ? `${sheet}!${from}${number}` : `${sheet}!${from}${number}:${to}${number}`;
}

/** The row that names the columns of the table it begins: nothing but words, at least two, as wide as the rows below. */
function isHeader(row: SheetRow, next: SheetRow | undefined): boolean {
  if (row.cells.size < 2 || next?.number !== row.number + 1 || next.cells.size < 2) return false;
  const named = [...next.cells.keys()].filter((column) => row.cells.has(column)).length;
  return isHeaderRow([...row.cells.values()]) && named >= 2 && named >= next.cells.size - 1;
}

/** “Department: Sales | Q1: 1,200”: a row that makes sense alone. */
function rowText(row: SheetRow, header: SheetRow | null): string {
  const cells = [...row.cells].map(([column, text]) => {
    const name = header?.cells.get(column);
    return name === undefined ? text : `${name}: ${text}`;
  });
  return cells.join(' | ');
}

function isTitle(row: SheetRow): boolean {
  const [text = ''] = row.cells.values();
  return row.cells.size === 1 && /\p{L}{2}/u.test(text) && text.length <= 120;
}

function writeSheet(name: string, sheet: WorkSheet, writer: DocumentWriter): void {
  writer.page({ label: name, keepHeadings: false });
  const rows = rowsOf(sheet);
  let header: SheetRow | null = null;
  let last = 0;
  for (const [index, row] of rows.entries()) {
    const locator = locatorOf(name, row);
    // A gap ends a table; what follows has names of its own, or none.
    if (row.number > last + 1) header = null;
    last = row.number;
    if (header === null && isTitle(row)) {
      writer.block({ kind: 'heading', level: 1, text: rowText(row, null), locator });
      continue;
    }
    const begins: boolean = header === null && isHeader(row, rows[index + 1]);
    writer.block({ kind: 'table-row', text: rowText(row, begins ? null : header), locator });
    if (begins) header = row;
  }
}

function writeBook(book: WorkBook, format: string): DocumentWriter {
  const writer = new DocumentWriter(format, { paged: true });
  writer.title(book.Props?.Title);
  let hidden = 0;
  book.SheetNames.forEach((name, index) => {
    const sheet = book.Sheets[name];
    if ((book.Workbook?.Sheets?.[index]?.Hidden ?? 0) !== 0) hidden += 1;
    else if (sheet !== undefined) writeSheet(shorten(name, 60), sheet, writer);
  });
  if (hidden > 0) writer.warn(hidden === 1 ? '1 hidden sheet was not read.' : `${hidden} hidden sheets were not read.`);
  if (writer.isEmpty) refuse('no_text');
  return writer;
}

export const readXlsx: Reader = async ({ bytes }) => writeBook(load(await guarded(bytes)), 'xlsx').finish();

export const readOds: Reader = async ({ bytes }) => writeBook(load(await guarded(bytes)), 'ods').finish();

export const readXls: Reader = ({ bytes }) => writeBook(load(bytes), 'xls').finish();
