import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createModelUploads } from '../../../electron/app/model-uploads.ts';

const incoming = mkdtempSync(join(tmpdir(), 'cloister-model-uploads-'));
afterAll(() => rmSync(incoming, { recursive: true, force: true }));

let now = 0;
let uploads: ReturnType<typeof createModelUploads>;
beforeEach(async () => {
  await uploads?.clear();
  now = 0;
  uploads = createModelUploads({ incoming, prepare: async () => undefined }, () => now);
});

const piece = (offset: number, text: string, total = 6, key = 'a') => ({
  key,
  name: 'm.gguf',
  offset,
  total,
  bytes: Buffer.from(text),
});

describe('a model that arrives in pieces', () => {
  it('is put together in order, and given away whole', async () => {
    expect(await uploads.add(piece(0, 'abc'))).toBeNull();
    const whole = await uploads.add(piece(3, 'def'));
    expect(whole?.name).toBe('m.gguf');
    expect(readFileSync(whole?.path ?? '', 'utf8')).toBe('abcdef');
    rmSync(whole?.path ?? '');
  });

  it('in one piece is whole at once', async () => {
    const whole = await uploads.add(piece(0, 'abcdef'));
    expect(existsSync(whole?.path ?? '')).toBe(true);
    rmSync(whole?.path ?? '');
  });

  it.each([
    ['a piece left out', piece(4, 'ef')],
    ['a piece twice', piece(0, 'abc', 6, 'b')],
    ['more than was said', piece(3, 'defg')],
    ['another total', piece(3, 'def', 7)],
    ['another name', { ...piece(3, 'def'), name: 'x' }],
    ['another upload', piece(3, 'def', 6, 'b')],
  ])('is refused with %s', async (_, next) => {
    await uploads.add(piece(0, 'abc'));
    await expect(uploads.add(next)).rejects.toMatchObject({ code: expect.stringMatching(/conflict|busy/) as string });
  });

  it('comes one at a time, until it is left', async () => {
    await uploads.add(piece(0, 'abc'));
    await expect(uploads.add(piece(0, 'xyz', 6, 'b'))).rejects.toMatchObject({ code: 'busy' });
    now = 61_000;
    expect(await uploads.add(piece(0, 'xyz', 6, 'b'))).toBeNull();
    expect(readdirSync(incoming)).toHaveLength(1);
  });

  it('leaves nothing when it is given up', async () => {
    await uploads.add(piece(0, 'abc'));
    await uploads.clear();
    expect(readdirSync(incoming)).toEqual([]);
  });
});
