/** A block's text in pieces, the wanted words marked. Offsets are those of the document. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

export function markBlock(
  block: { readonly start: number; readonly end: number; readonly text: string },
  range: { readonly start: number; readonly end: number } | null,
): Piece[] {
  if (range === null) return [{ text: block.text, marked: false }];
  const start = Math.max(0, range.start - block.start);
  const end = Math.min(block.text.length, range.end - block.start);
  if (end <= start) return [{ text: block.text, marked: false }];
  return [
    { text: block.text.slice(0, start), marked: false },
    { text: block.text.slice(start, end), marked: true },
    { text: block.text.slice(end), marked: false },
  ].filter((piece) => piece.text !== '');
}
