import { shorten } from '../document-writer.ts';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { verbatimDocument } from '../verbatim-document.ts';
import type { Range } from './paragraph-ranges.ts';
import { textOf } from './read-text.ts';

const delimiters = [',', ';', '\t', '|'] as const;

/** The separator that splits the first lines into the same number of cells, at least two. */
function delimiterOf(text: string, extension: string): string {
  if (extension === 'tsv') return '\t';
  const lines = text
    .slice(0, 20_000)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 10);
  const score = (delimiter: string): number => {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length - 1);
    const [first = 0] = counts;
    return first === 0 ? 0 : counts.filter((count) => count === first).length * 100 + first;
  };
  return delimiters.toSorted((a, b) => score(b) - score(a))[0] ?? ',';
}

interface CsvRow extends Range {
  readonly cells: readonly string[];
}

/** Rows with their place in the text. Quoted cells may hold separators, line ends and doubled quotes (RFC 4180). */
function* csvRows(text: string, delimiter: string): Generator<CsvRow> {
  let cells: string[] = [];
  let start = 0;
  let index = 0;
  while (index < text.length) {
    const { value, next } = readCell(text, index, delimiter);
    cells.push(value);
    index = next;
    if (text[index] === delimiter) {
      index += 1;
      if (index < text.length) continue;
      cells.push('');
    }
    yield { cells, start, end: index };
    cells = [];
    if (text[index] === '\r') index += 1;
    if (text[index] === '\n') index += 1;
    start = index;
  }
}

function readCell(text: string, from: number, delimiter: string): { value: string; next: number } {
  if (text[from] !== '"') {
    const next = nextOf(text, from, delimiter);
    return { value: text.slice(from, next), next };
  }
  let end = from + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote === -1) return { value: text.slice(from + 1), next: text.length };
    if (text[quote + 1] !== '"') {
      const next = nextOf(text, quote + 1, delimiter);
      return { value: text.slice(from + 1, quote).replaceAll('""', '"'), next };
    }
    end = quote + 2;
  }
}

function nextOf(text: string, from: number, delimiter: string): number {
  let index = from;
  while (index < text.length) {
    const character = text[index];
    if (character === delimiter || character === '\n' || character === '\r') break;
    index += 1;
  }
  return index;
}

const figure = /^[\s$€£¥(+-]*[\d.,]+(?:e[+-]?\d+)?\s*[%)€]*$/i;

/** The first row names columns when all its cells are filled, differ, and are no figures. */
export function isHeaderRow(cells: readonly string[]): boolean {
  const filled = cells.map((cell) => cell.trim());
  const named = filled.filter((cell) => cell !== '');
  return (
    named.length === filled.length && new Set(named).size === named.length && !named.some((cell) => figure.test(cell))
  );
}

export const readCsv: Reader = (source) => {
  const text = textOf(source);
  const delimiter = delimiterOf(text, source.extension);
  const blocks = [];
  let columns: string | undefined;
  let number = 0;
  let cells = 0;
  for (const row of csvRows(text, delimiter)) {
    number += 1;
    cells += row.cells.length;
    if (cells > limits.cells) refuse('too_many_cells');
    if (text.slice(row.start, row.end).trim() === '') continue;
    const headings = columns === undefined ? {} : { headings: [columns] };
    blocks.push({ kind: 'table-row' as const, start: row.start, end: row.end, locator: `row ${number}`, ...headings });
    if (number === 1 && row.cells.length > 1 && isHeaderRow(row.cells)) columns = shorten(row.cells.join(' | '));
  }
  return verbatimDocument('csv', text, blocks);
};
