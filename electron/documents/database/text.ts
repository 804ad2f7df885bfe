import type { Statements } from './statements.ts';
import { rowsOf } from './statements.ts';

/** UTF-16 units a piece: a passage reads one or two small rows, however long its document is. */
const pieceLength = 4096;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Cuts a text into pieces that never part a surrogate pair. */
export function* cutIntoPieces(text: string): Generator<{ start: number; piece: string }> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + pieceLength, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end += 1;
    yield { start, piece: text.slice(start, end) };
    start = end;
  }
}

const encode = (piece: string): string | Buffer => (piece.isWellFormed() ? piece : Buffer.from(piece, 'utf16le'));
const decode = (stored: string | Buffer): string => (typeof stored === 'string' ? stored : stored.toString('utf16le'));

export function writeText(sql: Statements, content: number | bigint, text: string): void {
  const insert = sql('INSERT INTO text_pieces (content, start, text) VALUES (?, ?, ?)');
  for (const { start, piece } of cutIntoPieces(text)) insert.run(content, start, encode(piece));
}

/** The exact text between two UTF-16 offsets. */
export function readText(sql: Statements, content: number, start: number, end: number): string {
  const pieces = rowsOf<{ start: number; text: string | Buffer }>(
    sql(
      `SELECT start, text FROM text_pieces WHERE content = ? AND start < ?
        AND start >= coalesce((SELECT max(start) FROM text_pieces WHERE content = ? AND start <= ?), 0) ORDER BY start`,
    ).all(content, end, content, start),
  );
  const from = pieces[0]?.start ?? 0;
  const text = pieces.map((piece) => decode(piece.text)).join('');
  return text.slice(Math.max(0, start - from), Math.max(0, end - from));
}
