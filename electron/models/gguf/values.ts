import { isUtf8 } from 'node:buffer';
import type { ByteSource } from './byte-source.ts';
import { limits } from './limits.ts';
import { malformed } from './problems.ts';
import type { GgufArray, GgufScalar } from './types.ts';

const stringType = 8;
const arrayType = 9;

interface Fixed {
  readonly bytes: number;
  read(from: Buffer): number | bigint | boolean;
}

/** `gguf_type`, all but string (8) and array (9). */
const fixed: ReadonlyMap<number, Fixed> = new Map<number, Fixed>([
  [0, { bytes: 1, read: (from) => from.readUInt8() }],
  [1, { bytes: 1, read: (from) => from.readInt8() }],
  [2, { bytes: 2, read: (from) => from.readUInt16LE() }],
  [3, { bytes: 2, read: (from) => from.readInt16LE() }],
  [4, { bytes: 4, read: (from) => from.readUInt32LE() }],
  [5, { bytes: 4, read: (from) => from.readInt32LE() }],
  [6, { bytes: 4, read: (from) => from.readFloatLE() }],
  [7, { bytes: 1, read: readBoolean }],
  [10, { bytes: 8, read: (from) => from.readBigUInt64LE() }],
  [11, { bytes: 8, read: (from) => from.readBigInt64LE() }],
  [12, { bytes: 8, read: (from) => from.readDoubleLE() }],
]);

function readBoolean(from: Buffer): boolean {
  const byte = from.readUInt8();
  if (byte > 1) throw malformed('value_boolean');
  return byte === 1;
}

interface ValueReader {
  /** A scalar, or the count (and short numbers) of an array. Keeps no more text than the limits allow. */
  read(source: ByteSource, key?: { readonly isVocabulary: boolean }): Promise<GgufScalar | GgufArray>;
}

export function createValueReader(): ValueReader {
  let kept = 0;
  return {
    async read(source, { isVocabulary } = { isVocabulary: true }) {
      const type = await source.u32();
      if (type === arrayType) return readArray(source, isVocabulary);
      if (type === stringType) {
        const text = await source.string(limits.stringBytes);
        kept += text.length;
        if (kept > limits.keptBytes) throw malformed('text_total');
        return text;
      }
      const kind = kindOf(type);
      await source.need(kind.bytes);
      return kind.read(source.take(kind.bytes));
    },
  };
}

function kindOf(type: number): Fixed {
  const kind = fixed.get(type);
  if (kind === undefined) throw malformed('value_type');
  return kind;
}

async function readArray(source: ByteSource, isVocabulary: boolean): Promise<GgufArray> {
  const type = await source.u32();
  if (type === arrayType) throw malformed('array_nested');
  const count = await source.u64();
  if (count > limits.arrayItems) throw malformed('array_length');
  if (type === stringType) {
    await skipStrings(source, count, isVocabulary);
    return { count, numbers: null };
  }
  const kind = kindOf(type);
  if (count <= limits.keptItems) return { count, numbers: await readNumbers(source, kind, count) };
  await source.skip(count * kind.bytes);
  return { count, numbers: null };
}

async function readNumbers(source: ByteSource, kind: Fixed, count: number): Promise<number[]> {
  await source.need(count * kind.bytes);
  return Array.from({ length: count }, () => Number(kind.read(source.take(kind.bytes))));
}

async function skipStrings(source: ByteSource, count: number, isVocabulary: boolean): Promise<void> {
  for (let item = 0; item < count; item++) {
    if (!source.has(8)) await source.need(8);
    const length = source.takeU64();
    if (length > limits.stringBytes) throw malformed('text_length');
    if (!isVocabulary) {
      await source.need(length);
      if (!isUtf8(source.take(length))) throw malformed('text_encoding');
    } else if (source.has(length)) source.take(length);
    else await source.skip(length);
  }
}
