import { describe, expect, it } from 'vitest';
import { rectanglesFor } from '../../../electron/documents/parse/index.ts';
import type { ParsedBlock, ParsedPage, Run } from '../../../electron/documents/types.ts';

const page: ParsedPage = { number: 1, start: 0, end: 40, width: 200, height: 100 };

function block(...runs: Run[]): ParsedBlock {
  return { kind: 'paragraph', page: 1, start: 0, end: 40, runs };
}

describe('rectanglesFor', () => {
  it('slices by letters when it does not know the text', () => {
    const [rectangle] = rectanglesFor(page, [block([0, 10, 20, 10, 100, 10])], 5, 10) ?? [];
    expect(rectangle).toEqual({ x: 0.35, y: 0.1, width: 0.25, height: 0.1 });
  });

  it('slices by widths when it does', () => {
    const source = { text: 'iiiiiMMMMM', start: 0 };
    const [rectangle] = rectanglesFor(page, [block([0, 10, 0, 10, 105.5, 10])], 0, 5, source) ?? [];
    expect(rectangle?.width).toBeCloseTo((105.5 * 222) / (222 + 833) / 200, 3);
  });

  it('knows text that begins later than the document', () => {
    const source = { text: 'MMMMM', start: 20 };
    expect(rectanglesFor(page, [block([20, 25, 0, 10, 50, 10])], 20, 25, source)).toHaveLength(1);
  });

  it.each([
    ['a page without size', { number: 1, start: 0, end: 40 }, [0, 10], undefined],
    ['words without box', page, [0, 20], { text: 'abcdefghij and others here', start: 0 }],
    ['an empty range', page, [5, 5], undefined],
    ['a range off the page', page, [30, 50], undefined],
    ['half a word of Hebrew', page, [0, 5], { text: 'שלום עולם ', start: 0 }],
  ] as const)('is not sure about %s', (_, where, [start, end], source) => {
    expect(rectanglesFor(where as ParsedPage, [block([0, 10, 0, 10, 50, 10])], start, end, source)).toBeNull();
  });

  it('takes bars and spaces between runs for what they are', () => {
    const runs: Run[] = [[0, 4, 0, 10, 40, 10], [7, 11, 100, 10, 40, 10]]; // prettier-ignore
    const source = { text: 'cell | cell', start: 0 };
    expect(rectanglesFor(page, [block(...runs)], 0, 11, source)).toHaveLength(2);
    expect(rectanglesFor(page, [block(...runs)], 0, 11, { text: 'cellxx cell', start: 0 })).toBeNull();
  });

  it('stays on the page', () => {
    const [rectangle] = rectanglesFor(page, [block([0, 10, 150, -5, 100, 20])], 0, 10) ?? [];
    expect(rectangle).toEqual({ x: 0.75, y: 0, width: 0.25, height: 0.15 });
  });
});
