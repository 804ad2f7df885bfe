import { ByteSource, type HeaderFile } from './byte-source.ts';
import { openHeader } from './header.ts';
import { limits } from './limits.ts';
import { malformed } from './problems.ts';
import { createValueReader } from './values.ts';

const arrayOf = 9;
const strings = 8;
const int32 = 5;
const uint32 = 4;

const keys = { tokens: 'tokenizer.ggml.tokens', types: 'tokenizer.ggml.token_type' } as const;

/** Unknown, control and user-defined (`llama_token_type`): llama.cpp cuts these out of a prompt wherever they stand. */
const special: ReadonlySet<number> = new Set([2, 3, 4]);

/**
 * The strings that a model's own tokenizer takes for control tokens. Reads the header's vocabulary twice and keeps nothing of it
 * but these. Throws `unsupported_type` when there are more than any model has: a list cut short would let the rest through.
 */
export async function readControlTokens(file: HeaderFile): Promise<readonly string[]> {
  const places = await findArrays(file);
  if (places.tokens === null || places.types === null) return [];
  const isSpecial = await readTypes(await sourceAt(file, places.types));
  return readTokens(await sourceAt(file, places.tokens), isSpecial);
}

/** Where the values of both lists begin in the file. */
async function findArrays(file: HeaderFile): Promise<{ tokens: number | null; types: number | null }> {
  const { source, keyCount } = await openHeader(file);
  const reader = createValueReader();
  let tokens: number | null = null;
  let types: number | null = null;
  for (let index = 0; index < keyCount && (tokens === null || types === null); index++) {
    const key = await source.string(limits.keyBytes);
    if (key === keys.tokens) tokens = source.position;
    if (key === keys.types) types = source.position;
    await reader.read(source);
  }
  return { tokens, types };
}

async function sourceAt(file: HeaderFile, position: number): Promise<ByteSource> {
  const source = new ByteSource(file, (await file.stat()).size);
  await source.skip(position);
  return source;
}

async function countIn(source: ByteSource, kinds: readonly number[]): Promise<number> {
  const isArray = (await source.u32()) === arrayOf;
  if (!kinds.includes(await source.u32()) || !isArray) throw malformed('vocabulary');
  const count = await source.u64();
  if (count > limits.arrayItems) throw malformed('array_length');
  return count;
}

async function readTypes(source: ByteSource): Promise<Uint8Array> {
  const isSpecial = new Uint8Array(await countIn(source, [int32, uint32]));
  for (let token = 0; token < isSpecial.length; token++) {
    if (!source.has(4)) await source.need(4);
    if (special.has(source.takeU32())) isSpecial[token] = 1;
  }
  return isSpecial;
}

async function readTokens(source: ByteSource, isSpecial: Uint8Array): Promise<string[]> {
  const count = await countIn(source, [strings]);
  if (count !== isSpecial.length) throw malformed('token_types');
  const found: string[] = [];
  for (let token = 0; token < count; token++) {
    if (!source.has(8)) await source.need(8);
    const length = source.takeU64();
    if (isSpecial[token] === 1) found.push(await readToken(source, length));
    else if (source.has(length)) source.take(length);
    else await source.skip(length);
    if (found.length > limits.controlTokens) throw malformed('control_tokens');
  }
  return found;
}

async function readToken(source: ByteSource, length: number): Promise<string> {
  if (length > limits.controlTokenBytes) throw malformed('control_token');
  if (!source.has(length)) await source.need(length);
  return source.take(length).toString('utf8');
}
