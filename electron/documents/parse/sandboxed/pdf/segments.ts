import type { Piece } from './pieces.ts';

/** Pieces of one line that belong together: no gap wide enough for another column or cell lies between them. */
export interface Segment {
  readonly pieces: readonly Piece[];
  readonly x0: number;
  readonly x1: number;
  readonly top: number;
  readonly bottom: number;
  readonly baseline: number;
  readonly size: number;
  /** The font most of its letters are set in, and whether all are. */
  readonly font: string;
  readonly oneFont: boolean;
  readonly length: number;
}

/** In ems. Spaces between words stay below 1 even in justified lines; gutters of tables and columns start about here. */
const cellGap = 1.3;

function dominantFont(pieces: readonly Piece[]): string {
  const letters = new Map<string, number>();
  for (const piece of pieces) letters.set(piece.font, (letters.get(piece.font) ?? 0) + piece.text.length);
  return [...letters].reduce<[string, number]>((best, each) => (each[1] > best[1] ? each : best), ['', 0])[0];
}

export function segmentOf(pieces: readonly Piece[]): Segment {
  const main = pieces.reduce((best, piece) => (piece.text.length > best.text.length ? piece : best));
  const font = dominantFont(pieces);
  return {
    pieces,
    x0: Math.min(...pieces.map((piece) => piece.x)),
    x1: Math.max(...pieces.map((piece) => piece.x + piece.width)),
    top: Math.min(...pieces.map((piece) => piece.top)),
    bottom: Math.max(...pieces.map((piece) => piece.top + piece.height)),
    baseline: main.baseline,
    size: main.size,
    font,
    oneFont: pieces.every((piece) => piece.font === font),
    length: pieces.reduce((sum, piece) => sum + piece.text.length, 0),
  };
}

/** Bold is sometimes made by drawing twice with a small shift; the second drawing says nothing new. */
function isShadow(piece: Piece, of: Piece): boolean {
  const near = Math.abs(piece.x - of.x) < 0.3 * piece.size && Math.abs(piece.baseline - of.baseline) < 0.3 * piece.size;
  return near && piece.text === of.text;
}

/** Same line: the smaller box lies to more than half within the larger one's height, which takes in raised notes. */
function onLine(piece: Piece, line: readonly Piece[]): boolean {
  const other = line.at(-1);
  if (other === undefined) return false;
  if (Math.abs(piece.baseline - other.baseline) < 0.25 * Math.min(piece.size, other.size)) return true;
  if (Math.abs(piece.size - other.size) < 0.15 * other.size) return false;
  const overlap = Math.min(piece.top + piece.height, other.top + other.height) - Math.max(piece.top, other.top);
  return overlap > 0.6 * Math.min(piece.height, other.height) && Math.abs(piece.x - other.x - other.width) < piece.size;
}

function lines(pieces: readonly Piece[]): Piece[][] {
  const found: Piece[][] = [];
  for (const piece of pieces.toSorted((a, b) => a.baseline - b.baseline || a.x - b.x)) {
    const home = found.slice(-4).find((line) => onLine(piece, line));
    if (home === undefined) found.push([piece]);
    else home.push(piece);
  }
  return found;
}

function splitAtGaps(line: readonly Piece[]): Segment[] {
  const segments: Segment[] = [];
  let current: Piece[] = [];
  for (const piece of line) {
    const last = current.at(-1);
    if (last !== undefined && isShadow(piece, last)) continue;
    const gap = last === undefined ? 0 : piece.x - (last.x + last.width);
    if (last !== undefined && gap > cellGap * Math.max(piece.size, last.size)) {
      segments.push(segmentOf(current));
      current = [];
    }
    current.push(piece);
  }
  if (current.length > 0) segments.push(segmentOf(current));
  return segments;
}

export function segmentsOf(pieces: readonly Piece[]): Segment[] {
  const ordered = lines(pieces).map((line) => line.toSorted((a, b) => a.x - b.x || a.baseline - b.baseline));
  return ordered.flatMap(splitAtGaps);
}
