import { CloisterError } from '../../../shared/errors.ts';

export interface TransportLimits {
  readonly depth: number;
  readonly values: number;
  readonly bytes: number;
  readonly characters: number;
}

/** What the page may send: the largest piece of a file is 8 MiB (`documents.upload`), a prompt 200,000 characters. */
export const inputLimits: TransportLimits = {
  depth: 20,
  values: 10_000,
  bytes: 8 * 1024 * 1024,
  characters: 1024 * 1024,
};

/** What the application may answer: a ledger of a hundred thousand files, a long talk. */
export const outputLimits: TransportLimits = {
  depth: 20,
  values: 4_000_000,
  bytes: 8 * 1024 * 1024,
  characters: 128 * 1024 * 1024,
};

/**
 * Why a value may not cross between page and application, or null when it may: JSON and `Uint8Array`, no deeper and no
 * larger than the limits. Electron's structured clone would let a Map or a cycle through and Chromium's pipe would not;
 * this makes both refuse the same. An absent property may be written as undefined.
 *
 * Runs in the page too (Chromium host, by its source text), so it refers to nothing outside itself.
 */
export function transportProblem(value: unknown, limits: TransportLimits): string | null {
  let values = 0;
  let bytes = 0;
  let characters = 0;
  const visit = (part: unknown, depth: number): string | null => {
    values += 1;
    if (depth > limits.depth) return 'too deep';
    if (values > limits.values) return 'too many values';
    if (part === null || typeof part === 'boolean') return null;
    if (typeof part === 'number') return Number.isFinite(part) ? null : 'a number that is not finite';
    if (typeof part === 'string') {
      characters += part.length;
      return characters > limits.characters ? 'too much text' : null;
    }
    if (typeof part !== 'object') return `a ${typeof part}`;
    if (ArrayBuffer.isView(part)) {
      // By tag, not by instanceof: the value may come from another realm.
      if (Object.prototype.toString.call(part) !== '[object Uint8Array]')
        return 'an array of another type than Uint8Array';
      bytes += part.byteLength;
      return bytes > limits.bytes ? 'too many bytes' : null;
    }
    if (Array.isArray(part)) {
      for (const item of part as readonly unknown[]) {
        const problem = visit(item, depth + 1);
        if (problem !== null) return problem;
      }
      return null;
    }
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return 'an object of a class';
    if (Object.prototype.toString.call(part) !== '[object Object]') return 'an object of a class';
    for (const [key, item] of Object.entries(part)) {
      if (key === '__proto__') return 'a key named __proto__';
      characters += key.length;
      if (characters > limits.characters) return 'too much text';
      if (item === undefined) continue;
      const problem = visit(item, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  };
  return visit(value, 0);
}

/** Throws `bad_request` when the value may not cross. */
export function assertTransportable(value: unknown, limits: TransportLimits = inputLimits): void {
  const problem = readProblem(value, limits);
  if (problem !== null) throw refusal(problem);
}

/** A value that throws when it is looked at is not data either. */
function readProblem(value: unknown, limits: TransportLimits): string | null {
  try {
    return transportProblem(value, limits);
  } catch {
    return 'something that cannot be read';
  }
}

/**
 * The input of a call is always one plain object. Bytes or a list in its place would have each element looked at as a key
 * by the schema, which takes seconds for a few megabytes.
 */
export function assertCallInput(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw refusal('no object');
  assertTransportable(value);
}

const refusal = (problem: string): CloisterError =>
  new CloisterError('bad_request', `Only plain data can cross here, and this holds ${problem}.`);
