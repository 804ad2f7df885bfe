/** Bits and bytes of one 128-bit lane. */
export const laneBits = 128;
export const laneBytes = 16;

export const lanesOfBits = (dimensions: number): number => Math.ceil(dimensions / laneBits);
export const lanesOfBytes = (dimensions: number): number => Math.ceil(dimensions / laneBytes);

/** Unit length, so that an inner product is a cosine. A vector of zeros stays one. */
export function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return length === 0 ? vector : vector.map((value) => value / length);
}

export interface ByteVector {
  readonly bytes: Int8Array;
  readonly scale: number;
}

/** One scale a vector: value ≈ byte × scale. */
export function toBytes(vector: Float32Array): ByteVector {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  const scale = most === 0 ? 1 : most / 127;
  return { bytes: Int8Array.from(vector, (value) => Math.round(value / scale)), scale };
}

/** One bit a dimension: is the value above the mean of all vectors? Padded to whole lanes. */
export function toCode({ bytes, scale }: ByteVector, mean: Float32Array): Uint8Array {
  const code = new Uint8Array(lanesOfBits(bytes.length) * laneBytes);
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) * scale > (mean[at] ?? 0)) code[at >> 3] = (code[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return code;
}

export interface QueryPlanes {
  readonly planes: Uint8Array;
  readonly step: number;
  readonly low: number;
}

/** The query in 4 bits a dimension, as four bit planes: value ≈ low + step × level. */
export function toPlanes(query: Float32Array): QueryPlanes {
  const low = query.reduce((least, value) => Math.min(least, value), Infinity);
  const high = query.reduce((most, value) => Math.max(most, value), -Infinity);
  const step = high > low ? (high - low) / 15 : 1;
  const width = lanesOfBits(query.length) * laneBytes;
  const planes = new Uint8Array(4 * width);
  for (let at = 0; at < query.length; at += 1) {
    const level = Math.round(((query[at] ?? 0) - low) / step);
    for (let plane = 0; plane < 4; plane += 1) {
      const place = plane * width + (at >> 3);
      if ((level >> plane) & 1) planes[place] = (planes[place] ?? 0) | (1 << (at & 7));
    }
  }
  return { planes, step, low };
}

export function innerProduct(query: Float32Array, row: ByteVector): number {
  let sum = 0;
  for (let at = 0; at < query.length; at += 1) sum += (query[at] ?? 0) * (row.bytes[at] ?? 0);
  return sum * row.scale;
}
