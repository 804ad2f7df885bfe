import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../electron/documents/parse/child.ts';
import { limits } from '../../../electron/documents/parse/limits.ts';
import { isSpent } from '../../../electron/documents/parse/spent.ts';

const { shared } = limits;
const document = { format: 'pdf', paged: true, text: 'x', pages: [], blocks: [], warnings: [] };
const read: Outcome = { ok: true, document, heapBytes: shared.heapBytes, faults: 0 };
const work = { files: shared.files - 1, last: shared.fileMilliseconds, all: shared.allMilliseconds };

describe('a process that has read a file', () => {
  it('is asked for the next one when nothing was odd, up to the limits themselves', () => {
    expect(isSpent(read, work)).toBe(false);
  });

  it.each<[string, Outcome, Partial<Parameters<typeof isSpent>[1]>]>([
    ['it refused the file', { ok: false, reason: 'damaged' }, {}],
    ['the file gave a warning', { ...read, document: { ...document, warnings: ['1 page is damaged.'] } }, {}],
    ['something was thrown that nobody caught', { ...read, faults: 1 }, {}],
    ['it holds too much', { ...read, heapBytes: shared.heapBytes + 1 }, {}],
    ['it used the library for sheets', { ...read, document: { ...document, format: 'xlsx' } }, {}],
    ['the file was mail, which may hold a sheet', { ...read, document: { ...document, format: 'eml' } }, {}],
    ['it has read enough files', read, { files: shared.files }],
    ['the file took long', read, { last: shared.fileMilliseconds + 1 }],
    ['all of them took long', read, { all: shared.allMilliseconds + 1 }],
  ])('is given up when %s', (_, outcome, more) => {
    expect(isSpent(outcome, { ...work, ...more })).toBe(true);
  });

  it('has the processor for a whole file left, whatever it read before', () => {
    expect(shared.allMilliseconds + shared.fileMilliseconds).toBeLessThan((limits.cpuSeconds * 1000) / 2);
  });
});
