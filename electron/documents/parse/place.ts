import type { Rectangle } from '../../../shared/contract/types.ts';
import type { ParsedBlock, ParsedPage, Run } from '../types.ts';
import { textWidth } from './glyph-widths.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Hebrew and Arabic run the other way: a part of such a run cannot be placed by widths from the left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** Characters the parser puts between runs: spaces, line ends, and the bars between cells. */
const betweenRuns = /^[\s|]*$/;
const longestBetweenRuns = 3;

interface Source {
  /** Text of the document, or a part of it that begins at `start`. */
  readonly text: string;
  readonly start: number;
}

/** The share of a run that lies before the offset, 0…1. Null where that cannot be said. */
function shareBefore([start, end]: Run, offset: number, source: Source | undefined): number | null {
  if (offset <= start) return 0;
  if (offset >= end) return 1;
  if (source === undefined) return (offset - start) / (end - start);
  const text = source.text.slice(start - source.start, end - source.start);
  if (rightToLeft.test(text)) return null;
  return textWidth(text.slice(0, offset - start)) / Math.max(1, textWidth(text));
}

function slice(run: Run, start: number, end: number, source: Source | undefined): Box | null {
  const from = shareBefore(run, start, source);
  const to = shareBefore(run, end, source);
  if (from === null || to === null) return null;
  const [, , x, y, width, height] = run;
  return { x: x + width * from, y, width: width * (to - from), height };
}

/** True when nothing but separators lies between the runs, and before the first and after the last of them. */
function covers(runs: readonly Run[], start: number, end: number, source: Source | undefined): boolean {
  let reached = start;
  for (const [from, to] of [...runs, [end, end] as const]) {
    if (!isSeparator(reached, Math.min(from, end), source)) return false;
    reached = Math.max(reached, to);
  }
  return true;
}

function isSeparator(from: number, to: number, source: Source | undefined): boolean {
  if (to <= from) return true;
  if (source === undefined) return to - from <= longestBetweenRuns;
  return betweenRuns.test(source.text.slice(from - source.start, to - source.start));
}

function onSameLine(a: Box, b: Box): boolean {
  const overlap = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const near = b.x - (a.x + a.width) < 2 * Math.max(a.height, b.height) && b.x >= a.x - 1;
  return near && overlap > 0.6 * Math.min(a.height, b.height);
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  return { x, y, width: right - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

function mergeByLine(boxes: readonly Box[]): Box[] {
  const lines: Box[] = [];
  for (const box of boxes) {
    const last = lines.at(-1);
    if (last !== undefined && onSameLine(last, box)) lines[lines.length - 1] = union(last, box);
    else lines.push(box);
  }
  return lines;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function asFractions(box: Box, width: number, height: number): Rectangle {
  const x = clamp(box.x / width);
  const y = clamp(box.y / height);
  const right = clamp((box.x + box.width) / width);
  return { x, y, width: right - x, height: clamp((box.y + box.height) / height) - y };
}

/**
 * Where the characters `start…end` of a document stand on a page: one rectangle a line, as fractions of the page's size,
 * origin top left. Null when it cannot be said for sure: no size, a letter without a box, or a range off the page.
 * With `source`, widths of letters place the ends inside a run; without, each letter counts the same.
 */
export function rectanglesFor(
  page: ParsedPage,
  blocks: readonly ParsedBlock[],
  start: number,
  end: number,
  source?: Source,
): Rectangle[] | null {
  const { width, height } = page;
  if (width === undefined || height === undefined || width <= 0 || height <= 0) return null;
  if (start >= end || start < page.start || end > page.end) return null;
  const here = blocks.filter((block) => block.page === page.number && block.start < end && block.end > start);
  const runs = here.flatMap((block) => block.runs ?? []).filter(([from, to]) => from < end && to > start);
  if (runs.length === 0 || !covers(runs, start, end, source)) return null;
  const boxes = runs.map((run) => slice(run, start, end, source));
  if (boxes.includes(null)) return null;
  return mergeByLine(boxes as Box[]).map((box) => asFractions(box, width, height));
}
