import type { DocumentWriter } from '../document-writer.ts';
import { BlockText } from './block-text.ts';
import { regionsOf, type Region } from './columns.ts';
import type { FormField } from './form.ts';
import { headingLevel, TypographyCount, type Typography } from './headings.ts';
import { Vocabulary } from './hyphens.ts';
import { linesOf, textOfLine, type Line } from './lines.ts';
import { isRunning, RunningLines } from './margins.ts';
import { columnOf, paragraphsOf, writeLines, type Paragraph } from './paragraphs.ts';
import type { PageContent } from './pieces.ts';
import { segmentsOf, type Segment } from './segments.ts';
import { splitTables, type Row } from './tables.ts';

/** What all pages together tell about each of them. */
interface Style {
  readonly typography: Typography;
  readonly running: ReadonlySet<string>;
  readonly words: Vocabulary;
}

function linesOfPage(page: PageContent): { segments: readonly Segment[]; lines: readonly Line[] } {
  const segments = segmentsOf(page.pieces);
  return { segments, lines: linesOf({ segments }) };
}

/** Lines are made twice, here and to be written: kept for all pages, they would take most of the memory there is. */
function styleOf(pages: readonly PageContent[]): Style {
  const typography = new TypographyCount();
  const running = new RunningLines();
  let breaksWords = false;
  for (const page of pages) {
    const { lines } = linesOfPage(page);
    typography.add(lines);
    running.add(lines, page.height);
    breaksWords ||= lines.some((line) => /\p{L}[-\u2010]$/u.test(textOfLine(line)));
  }
  const words = new Vocabulary();
  if (breaksWords) for (const page of pages) for (const { text } of page.pieces) words.add(text);
  return { typography: typography.result(), running: running.result(), words };
}

function rowText(row: Row): BlockText {
  const block = new BlockText();
  for (const [column, cell] of row.entries()) {
    if (column > 0) block.separator(' | ');
    for (const [index, segment] of cell.entries()) {
      if (index > 0) block.separator(' ');
      block.segment(segment);
    }
  }
  return block;
}

function fontsOf(row: Row): string[] {
  return row.flat().map((segment) => segment.font);
}

/** The first row names the columns when it alone is set in a font of its own and holds no figures. */
function headerOf(rows: readonly Row[]): string | undefined {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0) return undefined;
  const fonts = new Set(fontsOf(first));
  const own =
    fonts.size === 1 && !others.some((row) => fontsOf(row).some((font, index) => index > 0 && fonts.has(font)));
  const text = rowText(first).text;
  return own && !/\d{3}/.test(text) ? text : undefined;
}

function writeTable(rows: readonly Row[], writer: DocumentWriter): void {
  const columns = headerOf(rows);
  for (const [index, row] of rows.entries()) {
    const { text, runs } = rowText(row);
    writer.block({ kind: 'table-row', text, runs, columns: index === 0 ? undefined : columns });
  }
}

function writeParagraphs(
  paragraphs: readonly Paragraph[],
  after: 'table' | 'end',
  style: Style,
  writer: DocumentWriter,
): void {
  for (const [index, paragraph] of paragraphs.entries()) {
    const { text, runs } = writeLines(paragraph.lines, style.words);
    const level = headingLevel(paragraph, paragraphs[index + 1] ?? after, style.typography);
    if (level !== null) writer.block({ kind: 'heading', text, runs, level });
    else writer.block({ kind: paragraph.isList ? 'list-item' : 'paragraph', text, runs });
  }
}

function writeRegion(region: Region, style: Style, writer: DocumentWriter): void {
  const lines = linesOf(region);
  const column = columnOf(lines, region);
  const parts = splitTables(lines);
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'table') writeTable(part.rows, writer);
    else
      writeParagraphs(
        paragraphsOf(part.lines, column),
        parts[index + 1] === undefined ? 'end' : 'table',
        style,
        writer,
      );
  }
}

function writeHeaders(lines: readonly Line[], style: Style, writer: DocumentWriter): void {
  for (const line of lines) {
    const { text, runs } = writeLines([line], style.words);
    writer.block({ kind: 'header', text, runs });
  }
}

function writePage(page: PageContent, style: Style, writer: DocumentWriter): void {
  const { segments, lines } = linesOfPage(page);
  const { height } = page;
  writer.page({ label: page.label, width: page.width, height: page.height });
  const running = lines.filter((line) => isRunning(line, height, style.running, style.typography.bodySize));
  const apart = new Set(running.flatMap((line) => line.segments));
  const body = segments.filter((segment) => !apart.has(segment));
  writeHeaders(
    running.filter((line) => line.baseline < height / 2),
    style,
    writer,
  );
  for (const region of regionsOf(body)) writeRegion(region, style, writer);
  if (page.turned.length > 0) writer.block({ kind: 'paragraph', text: page.turned.join(' ') });
  writeHeaders(
    running.filter((line) => line.baseline >= height / 2),
    style,
    writer,
  );
}

/** From pieces on pages to blocks in reading order. */
export function layOut(pages: readonly PageContent[], fields: readonly FormField[], writer: DocumentWriter): void {
  const style = styleOf(pages);
  for (const [index, page] of pages.entries()) {
    writePage(page, style, writer);
    for (const { page: home, name, value } of fields) {
      if (home === index + 1) writer.block({ kind: 'table-row', text: `${name}: ${value}`, locator: 'form field' });
    }
  }
}
