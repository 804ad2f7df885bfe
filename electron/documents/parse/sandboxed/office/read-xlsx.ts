import { read, utils, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { ParsedDocument } from '../../../types.ts';
import { limits } from '../../limits.ts';
import { DocumentWriter, shorten } from '../document-writer.ts';
import { refuse, Refusal } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { isHeaderRow } from '../text/read-csv.ts';
import { openZip, storedZip, type ZipArchive } from '../zip-archive.ts';
import { diagramText } from './slide-blocks.ts';

/** Parts that hold cells, styles and names. Pictures, macros and what else lies in a workbook are not even inflated. */
const workbookParts =
  /^(?:\[Content_Types\]\.xml|_rels\/.*|docProps\/.*|xl\/(?:_rels\/.*|workbook|worksheets\/|styles|sharedStrings|theme\/|metadata).*)$/i;
const openDocumentParts = /^(?:mimetype|content\.xml|styles\.xml|meta\.xml|META-INF\/manifest\.xml)$/;
const drawing = /^xl\/drawings\/drawing\d+\.xml$/;

const cellTag = Buffer.from('<c ');
const doctype = /<!DOCTYPE/i;

function countCells(xml: Buffer): number {
  let count = 0;
  for (let at = xml.indexOf(cellTag); at !== -1; at = xml.indexOf(cellTag, at + 3)) count += 1;
  return count;
}

/** Cells of an OpenDocument sheet that say “the same again”, and rows of them: a few bytes ask for a billion cells. */
const repeatedCell = /<table:table-cell\b[^>]*\bnumber-columns-repeated="(\d+)"[^>]*>/g;
const repeatedRow =
  /<table:table-row\b[^>]*\bnumber-rows-repeated="(\d+)"[^>]*>(?:(?!<\/table:table-row>)[\s\S]){0,4000}?office:value-type/g;
const mostRepeated = 5_000;

function refuseRepeated(xml: string): void {
  const cells = [...xml.matchAll(repeatedCell)].filter(([tag]) => tag.includes('office:value-type'));
  const counts = [...cells, ...xml.matchAll(repeatedRow)].map(([, count]) => Number(count));
  if (counts.some((count) => count > mostRepeated)) refuse('too_many_cells');
}

/** The archive as the library gets it: only entries that were inflated and counted here, without compression. */
async function guarded(zip: ZipArchive, parts: RegExp): Promise<Buffer> {
  const files = new Map<string, Buffer>();
  let cells = 0;
  for (const name of zip.names) {
    if (name.endsWith('/') || !parts.test(name)) continue;
    const data = await zip.read(name);
    if (name.endsWith('manifest.xml') && data.includes('encryption-data')) refuse('password');
    if (/\.(xml|rels)$/i.test(name) && doctype.test(data.subarray(0, 4096).toString('latin1'))) refuse('doctype');
    cells += countCells(data);
    if (name === 'content.xml') refuseRepeated(data.toString('utf8'));
    if (cells > limits.cells) refuse('too_many_cells');
    files.set(name, data);
  }
  return storedZip(files);
}

function load(bytes: Buffer): WorkBook {
  try {
    return read(bytes, {
      type: 'buffer',
      dense: true,
      cellFormula: false,
      cellHTML: false,
      cellStyles: false,
      bookVBA: false,
    });
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
  if (row.cells.size < 2 || next === undefined || next.number > row.number + 2 || next.cells.size < 2) return false;
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

/** A line of words above a table, alone in its row. */
function isTitle(row: SheetRow, next: SheetRow | undefined): boolean {
  const [text = ''] = row.cells.values();
  const words = row.cells.size === 1 && /\p{L}{2}/u.test(text) && text.length <= 120;
  return words && next !== undefined && next.cells.size > 1 && next.number <= row.number + 3;
}

/** Rows of one table, without a gap between them. */
function writeTable(sheet: string, rows: readonly SheetRow[], writer: DocumentWriter): void {
  const [first, second] = rows;
  const header = first !== undefined && isHeader(first, second) ? first : null;
  for (const row of rows) {
    writer.block({
      kind: 'table-row',
      text: rowText(row, row === header ? null : header),
      locator: locatorOf(sheet, row),
    });
  }
}

function writeSheet(name: string, sheet: WorkSheet, writer: DocumentWriter): void {
  writer.page({ label: name, keepHeadings: false });
  const rows = rowsOf(sheet);
  let table: SheetRow[] = [];
  const endTable = (): void => {
    writeTable(name, table, writer);
    table = [];
  };
  for (const [index, row] of rows.entries()) {
    const [header] = table;
    // An empty row under the names of the columns is a matter of looks.
    const carriesOn = table.length === 1 && header !== undefined && isHeader(header, row);
    const starts = table.length === 0 || (row.number > (rows[index - 1]?.number ?? -1) + 1 && !carriesOn);
    if (starts) endTable();
    if (starts && isTitle(row, rows[index + 1])) {
      writer.block({ kind: 'heading', level: 1, text: rowText(row, null), locator: locatorOf(name, row) });
    } else table.push(row);
  }
  endTable();
}

/** Words in shapes that lie over the cells. */
async function writeTextBoxes(zip: ZipArchive, writer: DocumentWriter): Promise<void> {
  for (const name of zip.names.filter((each) => drawing.test(each))) {
    for (const text of diagramText(await zip.read(name)))
      writer.block({ kind: 'paragraph', text, locator: 'text box' });
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
  return writer;
}

function finished(writer: DocumentWriter): ParsedDocument {
  return writer.isEmpty ? refuse('no_text') : writer.finish();
}

export const readXlsx: Reader = async ({ bytes }) => {
  const zip = await openZip(bytes);
  const writer = writeBook(load(await guarded(zip, workbookParts)), 'xlsx');
  await writeTextBoxes(zip, writer);
  return finished(writer);
};

export const readOds: Reader = async ({ bytes }) => {
  const zip = await openZip(bytes);
  return finished(writeBook(load(await guarded(zip, openDocumentParts)), 'ods'));
};

export const readXls: Reader = ({ bytes }) => finished(writeBook(load(bytes), 'xls'));
