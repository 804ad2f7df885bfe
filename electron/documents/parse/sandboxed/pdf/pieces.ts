/** A stretch of text as the file draws it: page points, origin top left, as the page is seen. */
export interface Piece {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly baseline: number;
  readonly top: number;
  readonly height: number;
  /** Font size in points. */
  readonly size: number;
  readonly font: string;
  /** A space was drawn before it. */
  readonly spaced: boolean;
}

export interface PageContent {
  readonly width: number;
  readonly height: number;
  readonly label: string | undefined;
  readonly pieces: readonly Piece[];
  /** Text that is turned: it is kept, without boxes. */
  readonly turned: readonly string[];
}

/** The part of pdf.js's text items that is used. */
export interface TextItem {
  readonly str: string;
  readonly width: number;
  readonly transform: readonly number[];
  readonly fontName: string;
  readonly hasEOL: boolean;
}

interface FontStyle {
  readonly ascent: number;
  readonly descent: number;
  readonly vertical: boolean;
}

type Matrix = readonly [number, number, number, number, number, number];

function product(m: Matrix, n: readonly number[]): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = n;
  return [
    m[0] * a + m[2] * b,
    m[1] * a + m[3] * b,
    m[0] * c + m[2] * d,
    m[1] * c + m[3] * d,
    m[0] * e + m[2] * f + m[4],
    m[1] * e + m[3] * f + m[5],
  ];
}

/** Ascent and descent in ems; fonts that name none, or nonsense, get those of common text fonts. */
function verticalExtent(style: FontStyle | undefined): { ascent: number; descent: number } {
  const ascent = style?.ascent ?? 0;
  const descent = style?.descent ?? 0;
  return {
    ascent: ascent > 0.4 && ascent < 1.3 ? ascent : 0.9,
    descent: descent < 0 && descent > -0.6 ? -descent : 0.22,
  };
}

function isUpright([a, b, c, d]: Matrix): boolean {
  return a > 0 && d < 0 && Math.abs(b) < 0.02 * a && Math.abs(c) < 0.5 * Math.abs(d);
}

function pieceOf(
  text: string,
  item: TextItem,
  matrix: Matrix,
  scale: number,
  style: FontStyle | undefined,
  spaced: boolean,
): Piece {
  const size = Math.hypot(matrix[2], matrix[3]);
  const { ascent, descent } = verticalExtent(style);
  return {
    text,
    x: matrix[4],
    width: item.width * scale,
    baseline: matrix[5],
    top: matrix[5] - ascent * size,
    height: (ascent + descent) * size,
    size,
    font: item.fontName,
    spaced,
  };
}

/** Sorts text items into upright pieces and turned text. `viewport` takes PDF space to the page as it is seen. */
export function piecesOf(
  items: readonly TextItem[],
  styles: Readonly<Record<string, FontStyle>>,
  viewport: Matrix,
): { pieces: Piece[]; turned: string[] } {
  const scale = Math.hypot(viewport[0], viewport[1]);
  const pieces: Piece[] = [];
  const turned: string[] = [];
  let spaced = false;
  for (const item of items) {
    const text = item.str.trim();
    if (text === '') {
      spaced = spaced || item.str !== '' || item.hasEOL;
      continue;
    }
    const matrix = product(viewport, item.transform);
    const style = styles[item.fontName];
    if (isUpright(matrix) && style?.vertical !== true) {
      pieces.push(pieceOf(text, item, matrix, scale, style, spaced || /^\s/.test(item.str)));
    } else turned.push(text);
    spaced = item.hasEOL || /\s$/.test(item.str);
  }
  return { pieces, turned };
}
