import { malformed, type ByteSource } from './byte-source.ts';
import { limits } from './limits.ts';
import { tensorTypes, type TensorType } from './tensor-types.ts';
import type { GgufTensor } from './types.ts';

export async function readTensors(source: ByteSource, count: number, alignment: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const tensor = await readTensor(source, alignment);
    if (names.has(tensor.name)) throw malformed('two of its tensors have one name');
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(source: ByteSource, alignment: number): Promise<GgufTensor> {
  const name = await source.string(limits.tensorNameBytes);
  const dimensions = await readDimensions(source);
  const type = tensorTypes.get(await source.u32());
  if (type === undefined) throw malformed('a tensor has an unknown type');
  const offset = await source.u64();
  if (offset % alignment !== 0) throw malformed('a tensor is not aligned');
  const elements = multiply(dimensions);
  return { name, type: type.name, dimensions, elements, offset, bytes: bytesOf(type, dimensions[0] ?? 1, elements) };
}

async function readDimensions(source: ByteSource): Promise<number[]> {
  const count = await source.u32();
  if (count < 1 || count > limits.dimensions) throw malformed('a tensor has too many dimensions');
  await source.need(count * 8);
  return Array.from({ length: count }, () => source.takeU64());
}

/** Refuses empty tensors and products past 2^53, before anything could wrap. */
function multiply(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => {
    if (dimension < 1 || product > Number.MAX_SAFE_INTEGER / dimension) throw malformed('a tensor has an absurd size');
    return product * dimension;
  }, 1);
}

function bytesOf(type: TensorType, row: number, elements: number): number {
  if (row % type.block !== 0) throw malformed('a tensor is cut in the middle of a block');
  const blocks = elements / type.block;
  if (blocks > Number.MAX_SAFE_INTEGER / type.bytes) throw malformed('a tensor has an absurd size');
  return blocks * type.bytes;
}

/** Every tensor lies inside the file (CVE-2026-7482) and on no other. */
export function checkPlaces(tensors: readonly GgufTensor[], dataBytes: number): void {
  let end = 0;
  for (const tensor of [...tensors].sort((left, right) => left.offset - right.offset)) {
    if (tensor.offset < end) throw malformed('two of its tensors overlap');
    end = tensor.offset + tensor.bytes;
    if (end > dataBytes) throw malformed('a tensor reaches past the end of the file');
  }
}
