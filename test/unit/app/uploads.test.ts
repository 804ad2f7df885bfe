import { describe, expect, it } from 'vitest';
import { createUploads } from '../../../electron/app/uploads.ts';

const piece = (offset: number, bytes: number[], total = 4, key = 'a') => ({
  key,
  name: 'a.txt',
  offset,
  total,
  bytes: Uint8Array.from(bytes),
});

describe('uploads', () => {
  it('puts a file together from its pieces', () => {
    const uploads = createUploads();
    expect(uploads.add(piece(0, [1, 2]))).toBeNull();
    expect(uploads.add(piece(2, [3, 4]))?.bytes).toEqual(Uint8Array.from([1, 2, 3, 4]));
  });

  it('takes an empty file at once', () => {
    expect(createUploads().add(piece(0, [], 0))?.bytes.length).toBe(0);
  });

  it.each([
    ['a gap', piece(3, [9])],
    ['a repetition', piece(0, [9])],
    ['too much', piece(2, [1, 2, 3])],
    ['another name', { ...piece(2, [3]), name: 'b.txt' }],
  ])('ends the file on %s', (_what, bad) => {
    const uploads = createUploads();
    uploads.add(piece(0, [1, 2]));
    if (bad.offset === 0) expect(uploads.add(bad)).toBeNull();
    else expect(() => uploads.add(bad)).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
  });

  it('holds only a few files at once, and none too large', () => {
    const uploads = createUploads();
    for (const key of ['1', '2', '3', '4']) uploads.add(piece(0, [1], 4, key));
    expect(() => uploads.add(piece(0, [1], 4, '5'))).toThrow(expect.objectContaining({ code: 'conflict' }) as Error);
    expect(() => createUploads().add(piece(0, [1], 200 * 1024 * 1024))).toThrow(
      expect.objectContaining({ code: 'too_large' }) as Error,
    );
  });
});
