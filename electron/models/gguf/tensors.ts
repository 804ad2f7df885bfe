import type { ByteSource } from './byte-source.ts';
import { limits } from './limits.ts';
import { malformed } from './problems.ts';
import { tensorTypes, type TensorType } from './tensor-types.ts';
import { isName, type GgufTensor } from './types.ts';

export async function readTensors(source: ByteSource, count: number, alignment: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const tensor = await readTensor(source, alignment);
    if (names.has(tensor.name)) throw malformed('tensor_twice');
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(source: ByteSource, alignment: number): Promise<GgufTensor> {
  const name = await source.string(limits.tensorNameBytes);
  if (!isName(name)) throw malformed('tensor_name');
  const dimensions = await readDimensions(source);
  const type = tensorTypes.get(await source.u32());
  if (type === undefined) throw malformed('tensor_type');
  const offset = await source.u64();
  if (offset % alignment !== 0) throw malformed('tensor_alignment');
  const elements = multiply(dimensions);
  return { name, type: type.name, dimensions, elements, offset, bytes: bytesOf(type, dimensions[0] ?? 1, elements) };
}

async function readDimensions(source: ByteSource): Promise<number[]> {
  const count = await source.u32();
  if (count < 1 || count > limits.dimensions) throw malformed('tensor_dimensions');
  await source.need(count * 8);
  return Array.from({ length: count }, () => source.takeU64());
}

/** Refuses empty tensors and products past 2^53, before anything could wrap. */
function multiply(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => {
    if (dimension < 1 || product > Number.MAX_SAFE_INTEGER / dimension) throw malformed('tensor_size');
    return product * dimension;
  }, 1);
}

function bytesOf(type: TensorType, row: number, elements: number): number {
  if (row % type.block !== 0) throw malformed('tensor_block');
  const blocks = elements / type.block;
  if (blocks > Number.MAX_SAFE_INTEGER / type.bytes) throw malformed('tensor_size');
  return blocks * type.bytes;
}

/** Every tensor lies inside the file (CVE-2026-7482) and on no other. */
export function checkPlaces(tensors: readonly GgufTensor[], dataBytes: number): void {
  let end = 0;
  for (const tensor of [...tensors].sort((left, right) => left.offset - right.offset)) {
    if (tensor.offset < end) throw malformed('tensor_overlap');
    end = tensor.offset + tensor.bytes;
    if (end > dataBytes) throw malformed('tensor_end');
  }
}
