import { ByteSource, type HeaderFile } from './byte-source.ts';
import { limits } from './limits.ts';
import { malformed } from './problems.ts';
import { checkPlaces, readTensors } from './tensors.ts';
import { isName, type GgufArray, type GgufHeader, type GgufScalar } from './types.ts';
import { createValueReader } from './values.ts';

const magic = 'GGUF';
const defaultAlignment = 32;

/** Lists whose items are pieces of words: a tokenizer may cut in the middle of a character. */
const vocabulary: ReadonlySet<string> = new Set(['tokenizer.ggml.tokens', 'tokenizer.ggml.merges']);

interface HeaderStart {
  /** At the first key. */
  readonly source: ByteSource;
  readonly fileBytes: number;
  readonly version: number;
  readonly tensorCount: number;
  readonly keyCount: number;
}

/** The fixed part of the header, checked. Throws `unsupported_type`. */
export async function openHeader(file: HeaderFile): Promise<HeaderStart> {
  const { size: fileBytes } = await file.stat();
  const source = new ByteSource(file, fileBytes);
  await source.need(24);
  if (source.take(4).toString('latin1') !== magic) throw malformed('not_gguf');
  const version = source.takeU32();
  if (version !== 0 && (version & 0xffff) === 0) throw malformed('byte_order');
  if (version !== 2 && version !== 3) throw malformed('version');
  const tensorCount = source.takeU64();
  const keyCount = source.takeU64();
  if (tensorCount > limits.tensors) throw malformed('tensor_count');
  if (keyCount > limits.keys) throw malformed('key_count');
  return { source, fileBytes, version, tensorCount, keyCount };
}

/**
 * Reads and checks the header of an open GGUF file (ggml/docs/gguf.md), versions 2 and 3, little-endian. Nothing of the tensor
 * data is read. Throws `unsupported_type` with what is wrong; memory and time stay bounded whatever the file says.
 */
export async function readGgufHeader(file: HeaderFile): Promise<GgufHeader> {
  const { source, fileBytes, version, tensorCount, keyCount } = await openHeader(file);
  const { values, arrays } = await readValues(source, keyCount);
  const alignment = alignmentOf(values);
  const tensors = await readTensors(source, tensorCount, alignment);
  const dataStart = Math.ceil(source.position / alignment) * alignment;
  checkPlaces(tensors, fileBytes - dataStart);
  return { version, values, arrays, tensors, dataStart, fileBytes };
}

async function readValues(source: ByteSource, count: number) {
  const values = new Map<string, GgufScalar>();
  const arrays = new Map<string, GgufArray>();
  const reader = createValueReader();
  for (let index = 0; index < count; index++) {
    const key = await source.string(limits.keyBytes);
    if (values.has(key) || arrays.has(key)) throw malformed('key_twice');
    if (!isName(key)) throw malformed('key_name');
    const value = await reader.read(source, { isVocabulary: vocabulary.has(key) });
    if (typeof value === 'object') arrays.set(key, value);
    else values.set(key, value);
  }
  return { values, arrays };
}

function alignmentOf(values: ReadonlyMap<string, GgufScalar>): number {
  const given = values.get('general.alignment') ?? defaultAlignment;
  const sane = typeof given === 'number' && Number.isInteger(given) && given >= 8 && given <= limits.alignment;
  if (!sane || (given & (given - 1)) !== 0) throw malformed('alignment');
  return given;
}
