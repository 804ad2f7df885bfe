import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readControlTokens } from '../../../electron/models/gguf/control-tokens.ts';
import { arrayValue, pair, rawGguf, sanePairs, stringValue, text, u32, u64 } from '../../fixtures/raw-gguf.ts';
import { writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-tokens-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tokensOf(file: string): Promise<readonly string[]> {
  const handle = await open(file);
  try {
    return await readControlTokens(handle);
  } finally {
    await handle.close();
  }
}

function withPairs(...pairs: Buffer[]): Promise<readonly string[]> {
  const file = join(folder, 'raw.gguf');
  writeFileSync(file, rawGguf({ pairs: [...sanePairs, ...pairs] }));
  return tokensOf(file);
}

const [normal, unknown, control, user, unused, byte] = [1, 2, 3, 4, 5, 6];
const vocabulary = (tokens: readonly string[]): Buffer =>
  pair('tokenizer.ggml.tokens', arrayValue(8, tokens.length, Buffer.concat(tokens.map((token) => text(token)))));
const types = (list: readonly number[], code = 5): Buffer =>
  pair('tokenizer.ggml.token_type', arrayValue(code, list.length, Buffer.concat(list.map(u32))));

const tokens = ['the', '<unk>', '§§ROLE§§', '  ', '~~user~~', '<unused1>', '<0x0A>', '<｜end▁of▁turn｜>'];
const kinds = [normal, unknown, control, user, user, unused, byte, control] as number[];
const wanted = ['<unk>', '§§ROLE§§', '  ', '~~user~~', '<｜end▁of▁turn｜>'];

describe('the control tokens of a vocabulary', () => {
  it('are those of the types that a tokenizer cuts out, in any order of the header', async () => {
    expect(await withPairs(vocabulary(tokens), types(kinds))).toEqual(wanted);
    expect(await withPairs(types(kinds, 4), vocabulary(tokens))).toEqual(wanted);
  });

  it('are found in a model as it is written', async () => {
    const file = join(folder, 'chat.gguf');
    writeTinyChatModel(file);
    expect(await tokensOf(file)).toEqual(['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>', '<|system|>']);
  });

  it('of the real embedder are its five', async () => {
    const blobs = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cloister/models/blobs');
    const weights = 'sha256-dc4387e2242164a128615d99e9a0853f3765a6484534cff4c65c381a69234e60';
    expect(await tokensOf(join(blobs, weights))).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
  });

  it('are none where the file does not tell', async () => {
    expect(await withPairs()).toEqual([]);
    expect(await withPairs(vocabulary(tokens))).toEqual([]);
  });
});

describe('a hostile vocabulary', () => {
  const huge = 2n ** 60n;
  it.each([
    ['more types than tokens', [vocabulary(tokens), types([...kinds, 3])]],
    ['fewer types than tokens', [vocabulary(tokens), types(kinds.slice(1))]],
    ['types that are texts', [vocabulary(tokens), pair('tokenizer.ggml.token_type', arrayValue(8, 1, text('3')))]],
    ['tokens that are no list', [pair('tokenizer.ggml.tokens', stringValue('all')), types(kinds)]],
    [
      'a list of absurd length',
      [pair('tokenizer.ggml.tokens', Buffer.concat([u32(9), u32(8), u64(huge)])), types([3])],
    ],
    ['a token of absurd length', [pair('tokenizer.ggml.tokens', arrayValue(8, 1, text('x', huge))), types([3])]],
    ['a control token of a page', [vocabulary(['x'.repeat(600)]), types([3])]],
    [
      'more control tokens than any model has',
      [vocabulary(Array.from({ length: 20_000 }, (_, index) => `t${index}`)), types(new Array<number>(20_000).fill(3))],
    ],
  ])('is refused: %s', async (_name, pairs) => {
    await expect(withPairs(...pairs)).rejects.toMatchObject({ code: 'unsupported_type' });
  });

  it('of the largest size is read in little time', async () => {
    const count = 300_000;
    const many = Array.from({ length: count }, (_, index) => `token${index}`);
    const kinds = many.map((_, index) => (index % 50 === 0 ? 3 : 1));
    const began = performance.now();
    expect(await withPairs(vocabulary(many), types(kinds))).toHaveLength(6_000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
