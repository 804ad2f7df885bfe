import { lineOf, type Line } from './lines.ts';
import type { Piece } from './pieces.ts';
import { segmentOf, type Segment } from './segments.ts';

/** A row: cells from left to right, each the segments that fill it, from top to bottom. */
export type Row = readonly (readonly Segment[])[];

type Part = { readonly kind: 'lines'; readonly lines: Line[] } | { readonly kind: 'table'; readonly rows: Row[] };

/** In points: how exactly cells of a column line up. */
const tolerance = 3;

function aligned(a: Segment, b: Segment): boolean {
  const center = Math.abs(a.x0 + a.x1 - b.x0 - b.x1) / 2 < tolerance;
  return Math.abs(a.x0 - b.x0) < tolerance || Math.abs(a.x1 - b.x1) < tolerance || center;
}

function overlaps(a: Segment, b: Segment): boolean {
  return Math.min(a.x1, b.x1) > Math.max(a.x0, b.x0);
}

/** Two lines of cells belong to one table when a cell after the first lines up. */
function sharesColumn(a: Line, b: Line): boolean {
  return a.segments.slice(1).some((cell) => b.segments.slice(1).some((other) => aligned(cell, other)));
}

function leading(above: Line, below: Line): number {
  return (below.baseline - above.baseline) / Math.max(above.size, below.size);
}

/** Where, in ems, the next row of a table can still be: rows are often set wide apart. */
const widestRow = 4;
/** Lines inside one cell are set as close as lines of a paragraph. */
const widestInCell = 1.45;

/** A line that only carries on cells of the row above it: nothing stands in the first column. */
function continues(row: readonly Segment[][], last: Line, line: Line): boolean {
  const first = row[0]?.[0];
  if (first === undefined || leading(last, line) > widestInCell) return false;
  if (line.segments.some((segment) => segment.x0 < first.x1)) return false;
  return line.segments.every((segment) => cellFor(row, segment) !== undefined);
}

function cellFor(row: readonly Segment[][], segment: Segment): Segment[] | undefined {
  return row.find(
    (cell) => cell[0] !== undefined && (Math.abs(cell[0].x0 - segment.x0) < tolerance || overlaps(cell[0], segment)),
  );
}

interface OpenTable {
  readonly rows: Segment[][][];
  readonly lines: Line[];
}

function addRow(table: OpenTable, line: Line): void {
  table.rows.push(line.segments.map((segment) => [segment]));
  table.lines.push(line);
}

function belongs(table: OpenTable, line: Line): boolean {
  const last = table.lines.at(-1);
  if (last === undefined || line.segments.length < 2 || leading(last, line) > widestRow) return false;
  return table.lines.slice(-3).some((each) => sharesColumn(each, line));
}

function extendRow(table: OpenTable, line: Line): boolean {
  const row = table.rows.at(-1);
  const last = table.lines.at(-1);
  if (row === undefined || last === undefined || !continues(row, last, line)) return false;
  for (const segment of line.segments) cellFor(row, segment)?.push(segment);
  table.lines.push(line);
  return true;
}

/** In ems: where a column of the table begins, a gap as small as this parts two cells. */
const narrowGap = 0.35;

function splitAtStarts(segment: Segment, starts: readonly number[]): Segment[] {
  const parts: Piece[][] = [];
  let before: Piece | undefined;
  for (const piece of segment.pieces) {
    const gap = before === undefined ? 0 : piece.x - (before.x + before.width);
    const begins =
      before === undefined ||
      (gap > narrowGap * piece.size && starts.some((x) => Math.abs(x - piece.x) < tolerance / 2));
    if (begins) parts.push([piece]);
    else parts.at(-1)?.push(piece);
    before = piece;
  }
  return parts.length === 1 ? [segment] : parts.map(segmentOf);
}

/** A long cell may leave hardly a gap to the next: the rows above show where the next begins. */
function alignedTo(table: OpenTable, line: Line): Line {
  const starts = table.lines.slice(-4).flatMap((each) => each.segments.slice(1).map((segment) => segment.x0));
  const segments = line.segments.flatMap((segment) => splitAtStarts(segment, starts));
  return segments.length === line.segments.length ? line : lineOf(segments);
}

/** Walks lines from top to bottom and takes out the runs that line up as tables. */
export function splitTables(lines: readonly Line[]): Part[] {
  const parts: Part[] = [];
  let table: OpenTable = { rows: [], lines: [] };
  const addLines = (added: readonly Line[]): void => {
    const last = parts.at(-1);
    if (last?.kind === 'lines') last.lines.push(...added);
    else if (added.length > 0) parts.push({ kind: 'lines', lines: [...added] });
  };
  const endTable = (): void => {
    if (table.rows.length >= 2) parts.push({ kind: 'table', rows: table.rows });
    else addLines(table.lines);
    table = { rows: [], lines: [] };
  };
  for (const each of lines) {
    const line = alignedTo(table, each);
    if (belongs(table, line)) addRow(table, line);
    else if (!extendRow(table, line)) {
      endTable();
      if (line.segments.length >= 2) addRow(table, line);
      else addLines([line]);
    }
  }
  endTable();
  return parts;
}
