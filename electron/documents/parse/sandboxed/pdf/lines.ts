import type { Region } from './columns.ts';
import type { Segment } from './segments.ts';

/** One line of a region: its segments from left to right. */
export interface Line {
  readonly segments: readonly Segment[];
  readonly x0: number;
  readonly x1: number;
  readonly baseline: number;
  readonly size: number;
  readonly font: string;
  readonly oneFont: boolean;
  readonly length: number;
}

export function lineOf(segments: readonly Segment[]): Line {
  const sorted = segments.toSorted((a, b) => a.x0 - b.x0);
  const main = sorted.reduce((best, each) => (each.length > best.length ? each : best));
  return {
    segments: sorted,
    x0: Math.min(...sorted.map((each) => each.x0)),
    x1: Math.max(...sorted.map((each) => each.x1)),
    baseline: main.baseline,
    size: main.size,
    font: main.font,
    oneFont: sorted.every((each) => each.oneFont && each.font === main.font),
    length: sorted.reduce((sum, each) => sum + each.length, 0),
  };
}

export function linesOf(region: Pick<Region, 'segments'>): Line[] {
  const groups: Segment[][] = [];
  for (const segment of region.segments.toSorted((a, b) => a.baseline - b.baseline)) {
    const last = groups.at(-1);
    const near = last?.[0] !== undefined && Math.abs(segment.baseline - last[0].baseline) < 0.3 * segment.size;
    if (near) last.push(segment);
    else groups.push([segment]);
  }
  return groups.map(lineOf);
}

function textOfSegment(segment: Segment): string {
  return segment.pieces.map((piece, index) => (index > 0 && piece.spaced ? ` ${piece.text}` : piece.text)).join('');
}

export function textOfLine(line: Line): string {
  return line.segments.map(textOfSegment).join(' ');
}
