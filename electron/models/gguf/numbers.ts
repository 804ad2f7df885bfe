import { malformed } from './problems.ts';
import type { GgufHeader } from './types.ts';

/** The numbers that a header gives for its own architecture. Each is whole and no larger than any model needs. */
export interface Numbers {
  required(key: string): number;
  optional(key: string): number | undefined;
  /** A number a layer, whether the file gives one for all or a list. */
  perLayer(key: string, layers: number): readonly number[];
  /** The list a file gives, one item a layer; null when it gives none or only one for all. */
  list(key: string): readonly number[] | null;
}

/** Far above any model. */
const mostLayers = 4096;

const sane = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31;

export function numbersOf(header: GgufHeader, architecture: string): Numbers {
  const optional = (key: string): number | undefined => {
    const value = header.values.get(`${architecture}.${key}`);
    if (value === undefined) return undefined;
    if (!sane(value)) throw malformed('number');
    return value;
  };
  const list = (key: string): readonly number[] | null => {
    const numbers = header.arrays.get(`${architecture}.${key}`)?.numbers ?? null;
    return numbers?.every(sane) === true ? numbers : null;
  };
  return {
    optional,
    list,
    required(key) {
      const value = optional(key);
      if (value === undefined || value < 1) throw malformed('key_missing');
      return value;
    },
    perLayer(key, layers) {
      // Before a list as long as a header says could fill the memory.
      if (layers > mostLayers) throw malformed('layers');
      return list(key) ?? Array.from({ length: layers }, () => optional(key) ?? 0);
    },
  };
}
