import { CloisterError } from '../../../shared/errors.ts';

/**
 * What crosses the devtools pipe is one string: JSON, with each `Uint8Array` beside it as base64 under its path. As
 * Playwright's own encoding an 8 MiB piece took 1.6 to 2.5 s there and back, like this 0.6 s (measured).
 *
 * `pack` and `unpack` run in the page too, by their source text, so they refer to nothing outside themselves.
 */
export function pack(value: unknown, encode: (bytes: Uint8Array) => string): string {
  const bytes: { path: (string | number)[]; data: string }[] = [];
  const strip = (part: unknown, path: (string | number)[]): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (ArrayBuffer.isView(part)) {
      bytes.push({ path, data: encode(part as Uint8Array) });
      return null;
    }
    if (Array.isArray(part)) return part.map((item, index) => strip(item, [...path, index]));
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, strip(item, [...path, key])]));
  };
  return JSON.stringify({ value: strip(value, []), bytes });
}

/** Throws when the text was not made by `pack`: a path may only name what the value itself holds. */
export function unpack(text: string, decode: (data: string) => Uint8Array): unknown {
  const packed = JSON.parse(text) as { value: unknown; bytes: { path: (string | number)[]; data: string }[] };
  const holder = { value: packed.value };
  for (const { path, data } of packed.bytes) {
    let parent = holder as Record<string | number, unknown>;
    let key: string | number = 'value';
    for (const step of path) {
      const next = parent[key];
      if (typeof next !== 'object' || next === null || !Object.hasOwn(next, step)) throw new TypeError('bad path');
      parent = next as Record<string | number, unknown>;
      key = step;
    }
    if (parent[key] !== null) throw new TypeError('bad path');
    parent[key] = decode(data);
  }
  return holder.value;
}

export const packHere = (value: unknown): string =>
  pack(value, (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'));

/** A call as the page sent it. Throws `bad_request` on anything else. */
export function unpackCall(text: unknown): { method: string; input: unknown } {
  try {
    if (typeof text !== 'string') throw new TypeError('not a string');
    // A plain Uint8Array, not a Buffer: that is what the contract names.
    const call = unpack(text, (data) => new Uint8Array(Buffer.from(data, 'base64'))) as {
      method?: unknown;
      input?: unknown;
    } | null;
    if (typeof call?.method !== 'string') throw new TypeError('no method');
    return { method: call.method, input: call.input };
  } catch (cause) {
    throw new CloisterError('bad_request', 'A call from the page could not be read.', { cause });
  }
}
