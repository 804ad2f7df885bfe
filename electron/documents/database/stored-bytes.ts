import { rowOf, type Statements } from './statements.ts';

/** Uploads are kept in pieces, so that reading a part of one costs that part. */
const pieceBytes = 1024 * 1024;

export function storeBytes(sql: Statements, sha256: string, bytes: Uint8Array): void {
  const insert = sql('INSERT OR IGNORE INTO stored_bytes (sha256, piece, bytes) VALUES (?, ?, ?)');
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let piece = 0; piece * pieceBytes < whole.length; piece += 1) {
    insert.run(sha256, piece, whole.subarray(piece * pieceBytes, (piece + 1) * pieceBytes));
  }
}

export function readBytes(sql: Statements, sha256: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const end = offset + length;
  for (let piece = Math.floor(offset / pieceBytes); piece * pieceBytes < end; piece += 1) {
    const row = rowOf<{ bytes: Buffer }>(
      sql('SELECT bytes FROM stored_bytes WHERE sha256 = ? AND piece = ?').get(sha256, piece),
    );
    if (row === null) break;
    const start = piece * pieceBytes;
    parts.push(row.bytes.subarray(Math.max(0, offset - start), Math.max(0, end - start)));
  }
  return new Uint8Array(Buffer.concat(parts));
}

export function releaseBytes(sql: Statements, sha256: string | null): void {
  if (sha256 === null) return;
  sql(
    "DELETE FROM stored_bytes WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM documents WHERE sha256 = ? AND origin = 'upload')",
  ).run(sha256, sha256);
}
