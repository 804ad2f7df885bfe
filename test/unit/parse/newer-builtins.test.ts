import '../../../electron/documents/parse/sandboxed/pdf/newer-builtins.ts';
import { describe, expect, it } from 'vitest';

interface Newer {
  getOrInsert(key: unknown, value: unknown): unknown;
  getOrInsertComputed(key: unknown, make: (key: unknown) => unknown): unknown;
}

describe('what pdf.js expects of the language', () => {
  it.each([
    ['nothing lost between large and small', [1e100, 1, -1e100, 1e-3], 1.001],
    ['ten tenths', Array<number>(10).fill(0.1), 1],
    ['nothing', [], 0],
  ])('sums precisely: %s', (_, values, sum) => {
    const { sumPrecise } = Math as unknown as { sumPrecise: (values: Iterable<number>) => number };
    expect(sumPrecise(values)).toBe(sum);
  });

  it.each([new Map(), new WeakMap()])('makes what a map does not hold, once', (map) => {
    const newer = map as unknown as Newer;
    const key = {};
    expect(newer.getOrInsertComputed(key, (given) => (given === key ? 'made' : 'other'))).toBe('made');
    expect(newer.getOrInsertComputed(key, () => 'again')).toBe('made');
    expect(newer.getOrInsert(key, 'again')).toBe('made');
    expect(newer.getOrInsert([], 'new')).toBe('new');
  });

  it('writes bytes in hexadecimal and in base 64, and reads the latter', () => {
    const bytes = new Uint8Array([0, 0, 255, 16]).subarray(1) as unknown as { toHex(): string; toBase64(): string };
    expect(bytes.toHex()).toBe('00ff10');
    expect(bytes.toBase64()).toBe('AP8Q');
    const { fromBase64 } = Uint8Array as unknown as { fromBase64: (text: string) => Uint8Array };
    expect([...fromBase64('AP8Q')]).toEqual([0, 255, 16]);
  });

  it('joins an iterator', () => {
    expect((new Set(['a', 'b']).values() as unknown as { join(by: string): string }).join('-')).toBe('a-b');
  });
});
