import { hyphenation, type Vocabulary } from './hyphens.ts';
import { textWidth } from '../../glyph-widths.ts';
import { BlockText } from './block-text.ts';
import { textOfLine, type Line } from './lines.ts';

const bullet = /^(?:[•◦▪▫‣●○■□➢➤✓\uf0b7\uf0a7·*–—-]\s+|[•●▪■\uf0b7\uf0a7])\S/;
const numbered = /^(?:\(?(?:\d{1,3}|[a-z]|[ivxlc]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+\S/i;

export function isListStart(text: string): boolean {
  return bullet.test(text) || numbered.test(text);
}

export interface Paragraph {
  readonly lines: readonly Line[];
  readonly isList: boolean;
}

interface Column {
  readonly x0: number;
  readonly x1: number;
  /** Usual distance of baselines, in ems. */
  readonly leading: number;
  readonly measures: ReadonlyMap<Line, number>;
}

export function columnOf(lines: readonly Line[], bounds: { x0: number; x1: number }): Column {
  return { ...bounds, leading: usualLeading(lines), measures: measures(lines) };
}

/** The distance most lines have; paragraphs are set further apart. */
function usualLeading(lines: readonly Line[]): number {
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    const above = lines[index - 1];
    if (above === undefined || Math.abs(above.size - line.size) > 0.1 * line.size) continue;
    const distance = (line.baseline - above.baseline) / line.size;
    if (distance > 0.8 && distance < 2.2) found.push(distance);
  }
  return found.toSorted((a, b) => a - b)[Math.floor(found.length / 3)] ?? 1.2;
}

/** Lines above and below that are set to the same measure show how far a line could have run. */
const neighbours = 8;

/** For each line, the right end of the text it belongs to. */
function measures(lines: readonly Line[]): Map<Line, number> {
  const found = new Map<Line, number>();
  for (const [index, line] of lines.entries()) {
    const near = lines.slice(Math.max(0, index - neighbours), index + neighbours + 1);
    const alike = near.filter(
      (each) => Math.abs(each.x0 - line.x0) < 2 * line.size && Math.abs(each.size - line.size) < 0.1 * line.size,
    );
    found.set(line, Math.max(...alike.map((each) => each.x1)));
  }
  return found;
}

function isShort(line: Line, column: Column): boolean {
  const right = column.measures.get(line) ?? column.x1;
  return line.x1 < right - Math.max(0.15 * (right - line.x0), 2 * line.size);
}

function isCentred(above: Line, line: Line): boolean {
  return Math.abs(above.x0 + above.x1 - line.x0 - line.x1) < line.size && Math.abs(above.x0 - line.x0) > line.size;
}

/** The next word would have found room: the line was ended on purpose. */
function endsOnPurpose(above: Line, line: Line, column: Column): boolean {
  if (!isShort(above, column) || isCentred(above, line)) return false;
  const [word = ''] = textOfLine(line).split(/\s/, 1);
  const width = (textWidth(word) / 1000) * line.size;
  const room = (column.measures.get(above) ?? column.x1) - above.x1;
  return room > 1.3 * width + 1.5 * line.size;
}

function fontChanges(above: Line, line: Line, column: Column): boolean {
  return above.oneFont && line.oneFont && above.font !== line.font && isShort(above, column);
}

/** The last line of a paragraph ends early, with the end of a sentence. */
function endsParagraph(above: Line, line: Line, column: Column): boolean {
  const ends = /[.!?:;]["”’)]?$/.test(textOfLine(above)) && /^["“‘(]?[\p{Lu}\p{N}]/u.test(textOfLine(line));
  return ends && isShort(above, column);
}

function indentChanges(open: readonly Line[], line: Line, isList: boolean): boolean {
  const above = open.at(-1);
  if (above === undefined) return false;
  const indent = (line.x0 - above.x0) / line.size;
  // The second line of a list item hangs; the second line of an indented paragraph goes back to the margin.
  if (open.length === 1) return indent > 0.8 && !isList;
  return Math.abs(indent) > 0.8;
}

function startsNew(open: readonly Line[], line: Line, column: Column, isList: boolean): boolean {
  const above = open.at(-1);
  if (above === undefined || above.segments.length > 1 || line.segments.length > 1) return true;
  const distance = (line.baseline - above.baseline) / Math.max(line.size, above.size);
  if (distance <= 0.2 || distance > Math.max(column.leading * 1.28, column.leading + 0.22)) return true;
  if (Math.abs(line.size - above.size) > 0.1 * above.size) return true;
  if (isListStart(textOfLine(line)) && (isList || line.x0 >= column.x0)) return !isBrokenNumber(above, line, column);
  if (endsOnPurpose(above, line, column)) return true;
  return fontChanges(above, line, column) || endsParagraph(above, line, column) || indentChanges(open, line, isList);
}

/** A line may begin with “12. ” because the sentence breaks there: then the line above runs to the end. */
function isBrokenNumber(above: Line, line: Line, column: Column): boolean {
  if (isShort(above, column)) return false;
  const text = textOfLine(line);
  return (
    !bullet.test(text) &&
    /[\p{L},]$/u.test(textOfLine(above)) &&
    Math.abs(above.x0 - line.x0) < 1 &&
    !isListStart(textOfLine(above))
  );
}

export function paragraphsOf(lines: readonly Line[], column: Column): Paragraph[] {
  const found: { lines: Line[]; isList: boolean }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && !startsNew(last.lines, line, column, last.isList)) last.lines.push(line);
    else found.push({ lines: [line], isList: isListStart(textOfLine(line)) });
  }
  return found;
}

/** The text of lines as one paragraph: broken words joined, the rest with single spaces. */
export function writeLines(lines: readonly Line[], words: Vocabulary): BlockText {
  const block = new BlockText();
  for (const line of lines) {
    const next = textOfLine(line);
    if (!block.isEmpty) {
      const how = hyphenation(block.text, next, words);
      if (how === 'join') block.dropHyphen();
      if (how === 'space') block.lineBreak(next);
    }
    for (const [index, segment] of line.segments.entries()) {
      if (index > 0) block.separator('\t');
      block.segment(segment);
    }
  }
  return block;
}
