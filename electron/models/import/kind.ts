import type { FileHandle } from 'node:fs/promises';
import { CloisterError } from '../../../shared/errors.ts';

const refused = {
  safetensors:
    'This is a model in the safetensors format, as training writes it. Get the same model as GGUF, or convert it with llama.cpp’s convert_hf_to_gguf.py, and import that.',
  pickle:
    'This is a model saved by Python (pickle), which can hold a program. It is never opened. Get the same model as GGUF, and import that.',
  archive: 'This is a packed archive. Unpack it, and import the GGUF file inside.',
  text: 'This is a text, not a model: perhaps a page that was saved instead of the file, or a pointer of Git LFS. Get the file itself.',
  empty: 'This file is empty. Copy it again from where it came from.',
  unknown: 'This is neither a GGUF file nor a bundle. Get the model as GGUF, and import that.',
} as const;

type RefusedKind = keyof typeof refused;

const refuse = (kind: RefusedKind): CloisterError =>
  new CloisterError('unsupported_type', refused[kind], { detail: { kind } });

/** `PK`: what Python's torch saves is a ZIP with a pickle in it. The others are gzip, xz, 7z and zstd. */
const archives: readonly (readonly [RefusedKind, string])[] = [
  ['pickle', '504b0304'],
  ['archive', '1f8b'],
  ['archive', 'fd377a585a'],
  ['archive', '377abcaf'],
  ['archive', '28b52ffd'],
];

/** A length in eight bytes, then JSON: nothing else begins so. */
const isSafetensors = (front: Buffer): boolean =>
  front.length > 8 && front.readBigUInt64LE() < 2n ** 32n && front.readUInt8(8) === 0x7b;

function refusedKind(front: Buffer): RefusedKind {
  if (front.length === 0) return 'empty';
  const hex = front.toString('hex');
  const archive = archives.find(([, magic]) => hex.startsWith(magic));
  if (archive !== undefined) return archive[0];
  if (isSafetensors(front)) return 'safetensors';
  // A pickle begins with its protocol, 2 to 5.
  if (/^80(?:02|03|04|05)/.test(hex)) return 'pickle';
  return /^[\x09\x0a\x0d\x20-\x7e]{8,}$/.test(front.toString('latin1')) ? 'text' : 'unknown';
}

/** What a file is, by its content: a name promises nothing. Throws `unsupported_type` with what to do instead. */
export async function kindOf(file: FileHandle): Promise<'gguf' | 'bundle'> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  const front = buffer.subarray(0, bytesRead);
  if (front.subarray(0, 4).toString('latin1') === 'GGUF') return 'gguf';
  if (front.length === 512 && front.subarray(257, 262).toString('latin1') === 'ustar') return 'bundle';
  throw refuse(refusedKind(front.subarray(0, 64)));
}
