import type { FileHandle } from 'node:fs/promises';
import { notABundle } from './problems.ts';

/** POSIX ustar, and GNU's binary lengths for what is longer than 8 GiB. Nothing else of tar is written or read. */
export const blockBytes = 512;

const padding = (length: number): number => (blockBytes - (length % blockBytes)) % blockBytes;

export const padded = (length: number): number => length + padding(length);

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

function checksum(header: Buffer): number {
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

/** A regular file of nobody at no time, so that the same contents make the same bytes. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100, 'latin1');
  header.write(octal(0o644, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  if (size < 8 ** 11) header.write(octal(size, 11), 124, 'latin1');
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(octal(0, 11), 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write(octal(checksum(header), 6), 148, 'latin1');
  header.write(' ', 155, 'latin1');
  return header;
}

export interface TarEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** Of its first byte in the file. */
  readonly start: number;
}

function textAt(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('latin1');
}

function numberAt(header: Buffer, from: number, length: number): number {
  if (header.readUInt8(from) === 0x80) {
    if (header.subarray(from + 1, from + length - 8).some((byte) => byte !== 0)) throw notABundle('bundle_header');
    const value = header.readBigUInt64BE(from + length - 8);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw notABundle('bundle_header');
    return Number(value);
  }
  const text = textAt(header, from, length).trim();
  if (!/^[0-7]{1,12}$/.test(text)) throw notABundle('bundle_header');
  return Number.parseInt(text, 8);
}

function entryOf(header: Buffer, start: number): TarEntry {
  if (!/^ustar[\0 ]/.test(textAt(header, 257, 6) + '\0') || numberAt(header, 148, 8) !== checksum(header))
    throw notABundle('bundle_header');
  const kind = textAt(header, 156, 1);
  if (kind !== '' && kind !== '0' && kind !== '5') throw notABundle('bundle_kind');
  if (textAt(header, 157, 100) !== '') throw notABundle('bundle_kind');
  // GNU's own layout keeps times where ustar keeps a prefix; a prefix has no place in a bundle either way.
  if (header.subarray(257, 263).equals(Buffer.from('ustar\0')) && textAt(header, 345, 155) !== '')
    throw notABundle('bundle_path');
  const size = numberAt(header, 124, 12);
  if (kind === '5' && size !== 0) throw notABundle('bundle_header');
  return { name: textAt(header, 0, 100), isFolder: kind === '5', size, start };
}

/** Zeros to the end of the file, of which a tape's block has at most a few thousand. */
async function checkEnd(file: FileHandle, from: number, fileBytes: number): Promise<void> {
  const rest = fileBytes - from;
  if (rest < blockBytes) throw notABundle('bundle_cut');
  if (rest > 1024 * 1024) throw notABundle('bundle_trailing');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(rest), 0, rest, from);
  if (bytesRead < rest) throw notABundle('bundle_cut');
  if (buffer.some((byte) => byte !== 0)) throw notABundle('bundle_trailing');
}

/** The table of an archive: every header read and checked, no content. At most `most` entries. */
export async function readTable(file: FileHandle, most: number): Promise<TarEntry[]> {
  const { size: fileBytes } = await file.stat();
  const entries: TarEntry[] = [];
  for (let at = 0; ;) {
    const header = Buffer.alloc(blockBytes);
    const { bytesRead } = await file.read(header, 0, blockBytes, at);
    if (bytesRead < blockBytes) throw notABundle('bundle_cut');
    at += blockBytes;
    if (header.every((byte) => byte === 0)) {
      await checkEnd(file, at, fileBytes);
      return entries;
    }
    const entry = entryOf(header, at);
    entries.push(entry);
    if (entries.length > most) throw notABundle('bundle_count');
    at += padded(entry.size);
    if (at > fileBytes) throw notABundle('bundle_cut');
  }
}
