import { refuse } from './refusal.ts';

/** Share of the bytes looked at to guess; enough to see an encoding, little enough to be quick on 100 MB. */
const sample = 64 * 1024;

function startsWith(bytes: Uint8Array, ...signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** UTF-16 without a mark: in Western text nearly every second byte is zero. */
function looksLikeUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const length = Math.min(bytes.length, sample) & ~1;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < length; index += 2) {
    if (bytes[index] === 0) even += 1;
    if (bytes[index + 1] === 0) odd += 1;
  }
  const pairs = length / 2;
  if (pairs < 2) return null;
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be';
  return null;
}

/** Control characters that no text holds: a tenth of a percent of them tells a binary file. */
export function looksBinary(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, sample);
  let controls = 0;
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 0) return true;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 0x1b && byte !== 0x1a)) controls += 1;
  }
  return controls > length / 1000 + 2;
}

function decode(bytes: Uint8Array, encoding: string, fatal: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes);
  } catch {
    return null;
  }
}

/** `<meta charset>`, `<?xml encoding?>`, `coding: …` of the first bytes. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  return /(?:charset|encoding|coding)\s*[=:]\s*["']?\s*([A-Za-z0-9_.:-]{2,40})/i.exec(head)?.[1];
}

/**
 * Text of bytes: byte order mark, then UTF-16 by its zeros, then UTF-8 where it is valid, then what is declared, then
 * windows-1252, which gives every byte a letter. A byte order mark is not part of the text.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  if (startsWith(bytes, 0xff, 0xfe)) return decode(bytes, 'utf-16le', false) ?? '';
  if (startsWith(bytes, 0xfe, 0xff)) return decode(bytes, 'utf-16be', false) ?? '';
  const wide = looksLikeUtf16(bytes);
  if (wide !== null) return decode(bytes, wide, false) ?? '';
  if (looksBinary(bytes)) refuse('unknown');
  const utf8 = isAscii(declared) || !isSevenBitShift(declared) ? decode(bytes, 'utf-8', true) : null;
  if (utf8 !== null) return utf8;
  const named = declared === undefined ? null : decode(bytes, declared, true);
  return named ?? decode(bytes, 'windows-1252', false) ?? '';
}

function isAscii(encoding: string | undefined): boolean {
  return encoding === undefined || /^(us-)?ascii$/i.test(encoding);
}

/** ISO-2022-JP is valid ASCII, byte for byte, and would pass for UTF-8. */
function isSevenBitShift(encoding: string | undefined): boolean {
  return encoding !== undefined && /^(iso-2022|hz|utf-7)/i.test(encoding);
}
