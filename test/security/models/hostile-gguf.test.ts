import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWeightFile } from '../../../electron/models/index.ts';
import {
  arrayValue,
  pair,
  rawGguf,
  sanePairs,
  stringValue,
  tensor,
  text,
  u32,
  u32Value,
  u64,
  type RawGguf,
} from '../../fixtures/raw-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-hostile-'));
const file = join(folder, 'hostile.gguf');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const big = 2n ** 63n;
const refusal = { code: 'unsupported_type', message: /damaged or not a GGUF/ };
const expectRefused = async (): Promise<void> => {
  await expect(readWeightFile(folder, ['hostile.gguf'])).rejects.toMatchObject({ code: refusal.code });
};

const hostile: [string, RawGguf][] = [
  ['another magic', { magic: 'GGUX' }],
  ['version 1', { version: 1 }],
  ['a version of the other byte order', { version: 0x03000000 }],
  ['2^63 tensors', { tensorCount: big }],
  ['a million tensors', { tensorCount: 1_000_000 }],
  ['2^63 keys', { pairCount: big }],
  ['5,000 keys', { pairCount: 5000 }],
  ['more keys than it holds', { pairCount: 6 }],
  ['a key of 4 GiB', { pairs: [Buffer.concat([text('x', 2 ** 32), u32Value(1)])] }],
  ['a text of 4 GiB', { pairs: [pair('a', Buffer.concat([u32(8), u64(2 ** 32)]))] }],
  ['a text of 2^64 - 1', { pairs: [pair('a', Buffer.concat([u32(8), u64(2n ** 64n - 1n)]))] }],
  ['an array of 2^63 texts', { pairs: [pair('a', arrayValue(8, big))] }],
  ['an array of 2^32 bytes', { pairs: [pair('a', arrayValue(0, 2 ** 32))] }],
  ['a nested array', { pairs: [pair('a', arrayValue(9, 1, u32(9), u64(1), u32(9), u64(1)))] }],
  ['a value of unknown type', { pairs: [pair('a', u32(13))] }],
  ['a yes or no that is 7', { pairs: [pair('a', Buffer.concat([u32(7), Buffer.from([7])]))] }],
  ['a key twice', { pairs: [...sanePairs, pair('llama.block_count', u32Value(2))] }],
  ['no architecture', { pairs: sanePairs.slice(1) }],
  [
    'an architecture that is a path',
    { pairs: [pair('general.architecture', stringValue('../../x')), ...sanePairs.slice(1)] },
  ],
  ['no layers', { pairs: [...sanePairs.filter((_, index) => index !== 1), pair('llama.block_count', u32Value(0))] }],
  [
    'four billion layers',
    { pairs: [...sanePairs.filter((_, index) => index !== 1), pair('llama.block_count', u32Value(0xffffffff))] },
  ],
  [
    '2^31 layers',
    { pairs: [...sanePairs.filter((_, index) => index !== 1), pair('llama.block_count', u32Value(2 ** 31))] },
  ],
  ['an alignment of 0', { pairs: [...sanePairs, pair('general.alignment', u32Value(0))] }],
  ['an alignment of 33', { pairs: [...sanePairs, pair('general.alignment', u32Value(33))] }],
  ['an alignment of 2^31', { pairs: [...sanePairs, pair('general.alignment', u32Value(2 ** 31))] }],
  ['a tensor past the end', { tensors: [tensor('a', [64], 0, 0)], data: 255 }],
  ['a tensor far past the end', { tensors: [tensor('a', [64], 0, 2 ** 40)], data: 256 }],
  ['an offset of 2^64 - 32', { tensors: [tensor('a', [64], 0, 2n ** 64n - 32n)], data: 256 }],
  ['an offset that is not aligned', { tensors: [tensor('a', [64], 0, 4)], data: 512 }],
  ['dimensions whose product wraps to 0', { tensors: [tensor('a', [2n ** 32n, 2n ** 32n], 0, 0)], data: 64 }],
  ['dimensions whose product wraps to 16', { tensors: [tensor('a', [2n ** 52n, 2n ** 16n], 0, 0)], data: 64 }],
  ['an empty dimension', { tensors: [tensor('a', [0, 4], 0, 0)], data: 64 }],
  ['five dimensions', { tensors: [tensor('a', [1, 1, 1, 1, 1], 0, 0)], data: 64 }],
  ['no dimensions', { tensors: [tensor('a', [], 0, 0)], data: 64 }],
  ['2^32 - 1 dimensions', { tensors: [Buffer.concat([text('a'), u32(0xffffffff)])] }],
  ['an unknown tensor type', { tensors: [tensor('a', [32], 99, 0)], data: 64 }],
  ['a removed tensor type', { tensors: [tensor('a', [32], 4, 0)], data: 64 }],
  ['a row that cuts a block', { tensors: [tensor('a', [33], 2, 0)], data: 64 }],
  ['two tensors of one name', { tensors: [tensor('a', [8], 0, 0), tensor('a', [8], 0, 32)], data: 64 }],
  ['two tensors in one place', { tensors: [tensor('a', [8], 0, 0), tensor('b', [8], 0, 0)], data: 64 }],
  ['two tensors that overlap', { tensors: [tensor('a', [16], 0, 0), tensor('b', [8], 0, 32)], data: 64 }],
  ['a tensor name of 64 bytes', { tensors: [tensor('n'.repeat(64), [8], 0, 0)], data: 64 }],
  [
    'a list of heads that is no list of counts',
    { pairs: [...sanePairs, pair('llama.attention.head_count_kv', u32Value(0xfffffff0))] },
  ],
];

describe('a hostile header', () => {
  it.each(hostile)('%s is refused', async (_, raw) => {
    writeFileSync(file, rawGguf(raw));
    await expectRefused();
  });

  it('cut anywhere is refused', async () => {
    const whole = rawGguf({ tensors: [tensor('a', [8], 0, 0)], data: 32 });
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      await expectRefused();
    }
    writeFileSync(file, whole);
    await expect(readWeightFile(folder, ['hostile.gguf'])).resolves.toMatchObject({ parameters: 8 });
  });

  it('with any byte changed gives facts or a refusal, never another error', async () => {
    const whole = rawGguf({ tensors: [tensor('a', [8], 0, 0)], data: 32 });
    for (let at = 0; at < whole.length; at++) {
      for (const bit of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(whole);
        changed.writeUInt8((changed.readUInt8(at) ^ bit) & 0xff, at);
        writeFileSync(file, changed);
        const outcome = await readWeightFile(folder, ['hostile.gguf']).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'unsupported_type' });
      }
    }
  });

  it('in a sparse file of 1 TiB, claiming the most it may, costs little memory and time', async () => {
    const out = openSync(file, 'w');
    const pairs = [...sanePairs, pair('a', arrayValue(8, 4 * 1024 * 1024))];
    writeSync(out, rawGguf({ pairs, pairCount: 4000 }));
    ftruncateSync(out, 2 ** 40);
    closeSync(out);
    const before = process.memoryUsage();
    const started = performance.now();
    await expectRefused();
    const after = process.memoryUsage();
    expect(performance.now() - started).toBeLessThan(5000);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 * 1024 * 1024);
  });

  it('with four thousand texts of a mebibyte is refused before they fill the memory', async () => {
    const long = 'x'.repeat(1024 * 1024);
    const pairs = [...sanePairs, ...Array.from({ length: 12 }, (_, index) => pair(`text.${index}`, stringValue(long)))];
    writeFileSync(file, rawGguf({ pairs }));
    await expectRefused();
  });
});
