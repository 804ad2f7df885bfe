import type { Run } from '../../../types.ts';
import { clean } from '../document-writer.ts';
import { textWidth } from '../../glyph-widths.ts';
import type { Piece } from './pieces.ts';
import type { Segment } from './segments.ts';

const round = (value: number): number => Math.round(value * 100) / 100;

/** In ems: a smaller gap between two pieces is kerning, a larger one a space. */
const wordGap = 0.18;

/** Letters of Chinese, Japanese and Thai stand without spaces; a line end between them is none either. */
const unspaced = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;

/** Puts the text of one block together from pieces, and remembers the box of each. */
export class BlockText {
  #text = '';
  readonly #runs: Run[] = [];

  get text(): string {
    return this.#text;
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  separator(text: string): void {
    this.#text += text;
  }

  /** Between two lines of a paragraph. */
  lineBreak(next: string): void {
    const close = unspaced.test(this.#text.slice(-1)) && unspaced.test(next.charAt(0));
    if (!close) this.#text += ' ';
  }

  /** Takes the hyphen at the end away; the box of its word becomes shorter by it. */
  dropHyphen(): void {
    const last = this.#runs.at(-1);
    this.#text = this.#text.slice(0, -1);
    if (last === undefined) return;
    const [start, end, x, y, width, height] = last;
    const word = this.#text.slice(start);
    const share = textWidth(word) / Math.max(1, textWidth(`${word}-`));
    this.#runs[this.#runs.length - 1] = [start, end - 1, x, y, round(width * share), height];
  }

  segment(segment: Segment): void {
    let before: Piece | undefined;
    for (const piece of segment.pieces) {
      if (before !== undefined && needsSpace(before, piece)) this.#text += ' ';
      this.#piece(piece);
      before = piece;
    }
  }

  #piece(piece: Piece): void {
    const start = this.#text.length;
    this.#text += clean(piece.text);
    this.#runs.push([
      start,
      this.#text.length,
      round(piece.x),
      round(piece.top),
      round(piece.width),
      round(piece.height),
    ]);
  }
}

function needsSpace(before: Piece, piece: Piece): boolean {
  const gap = piece.x - (before.x + before.width);
  return gap > wordGap * Math.min(piece.size, before.size) || (piece.spaced && gap > -0.1 * piece.size);
}
