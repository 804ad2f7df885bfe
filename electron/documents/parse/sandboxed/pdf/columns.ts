import type { Segment } from './segments.ts';

/** Segments that are read together, from top to bottom, before the next region. */
export interface Region {
  readonly segments: readonly Segment[];
  readonly x0: number;
  readonly x1: number;
}

/** Below these, two stacks of text beside each other are cells of a table or a caption, not columns of prose. */
const fewestLines = 5;
const proseLetters = 18;
/** Most lines of prose reach nearly to the end of the column, and stand close, in ems. */
const full = 0.7;
const shareOfFull = 0.6;
const widestLeading = 1.9;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function bounds(segments: readonly Segment[]): { x0: number; x1: number } {
  return {
    x0: segments.reduce((least, each) => Math.min(least, each.x0), Infinity),
    x1: segments.reduce((most, each) => Math.max(most, each.x1), -Infinity),
  };
}

function crosses(segment: Segment, x: number): boolean {
  return segment.x0 < x - 1 && segment.x1 > x + 1;
}

/** Places where a gutter could be: just left of where segments start. */
function candidates(segments: readonly Segment[], x0: number, x1: number): number[] {
  const width = x1 - x0;
  const starts = new Map<number, number>();
  for (const { x0: start } of segments) {
    const share = (start - x0) / width;
    if (share > 0.2 && share < 0.8) starts.set(Math.round(start), (starts.get(Math.round(start)) ?? 0) + 1);
  }
  const common = [...starts].filter(([, count]) => count >= fewestLines).toSorted((a, b) => b[1] - a[1]);
  return common.slice(0, 6).map(([start]) => start - 2);
}

function isProse(side: readonly Segment[]): boolean {
  if (side.length < fewestLines) return false;
  const { x0, x1 } = bounds(side);
  const reaching = side.filter((each) => each.x1 - each.x0 >= full * (x1 - x0)).length;
  const distances = side.slice(1).map((each, index) => (each.baseline - (side[index]?.baseline ?? 0)) / each.size);
  const close = median(distances) < widestLeading;
  return close && reaching >= shareOfFull * side.length && median(side.map((each) => each.length)) >= proseLetters;
}

interface Band {
  readonly segments: Segment[];
  readonly crossed: boolean;
}

/** Cuts the page, from top to bottom, where a line runs over the gutter. */
function bandsAt(segments: readonly Segment[], gutter: number): Band[] {
  const bands: Band[] = [];
  for (const segment of segments) {
    const crossed = crosses(segment, gutter);
    const last = bands.at(-1);
    if (last?.crossed === crossed) last.segments.push(segment);
    else bands.push({ segments: [segment], crossed });
  }
  return bands;
}

function sides(band: readonly Segment[], gutter: number): [Segment[], Segment[]] {
  return [band.filter((each) => each.x1 <= gutter + 1), band.filter((each) => each.x1 > gutter + 1)];
}

function isColumns(band: Band, gutter: number): boolean {
  if (band.crossed) return false;
  const [left, right] = sides(band.segments, gutter);
  return isProse(left) && isProse(right);
}

/** The gutter that puts most lines into columns; null when the text has one column. */
function bestGutter(segments: readonly Segment[], x0: number, x1: number): number | null {
  let best: { gutter: number; lines: number } | null = null;
  for (const gutter of candidates(segments, x0, x1)) {
    const columns = bandsAt(segments, gutter).filter((band) => isColumns(band, gutter));
    const lines = columns.reduce((sum, band) => sum + band.segments.length, 0);
    if (lines > (best?.lines ?? 0)) best = { gutter, lines };
  }
  return best?.gutter ?? null;
}

/** Reading order: bands from top to bottom, columns of a band from left to right, three columns by cutting a column again. */
export function regionsOf(segments: readonly Segment[], depth = 0): Region[] {
  if (segments.length === 0) return [];
  const { x0, x1 } = bounds(segments);
  const whole = [{ segments, x0, x1 }];
  const sorted = segments.toSorted((a, b) => a.baseline - b.baseline || a.x0 - b.x0);
  const gutter = segments.length < 2 * fewestLines || depth > 2 ? null : bestGutter(sorted, x0, x1);
  if (gutter === null) return whole;
  const regions: Region[] = [];
  let single: Segment[] = [];
  const endSingle = (): void => {
    if (single.length > 0) regions.push({ segments: single, ...bounds(single) });
    single = [];
  };
  for (const band of bandsAt(sorted, gutter)) {
    if (isColumns(band, gutter)) {
      endSingle();
      for (const side of sides(band.segments, gutter)) regions.push(...regionsOf(side, depth + 1));
    } else single.push(...band.segments);
  }
  endSingle();
  return regions;
}
