import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWeightFile, type WeightFacts } from '../../../electron/models/index.ts';
import { arrayValue, pair, rawGguf, sanePairs, stringValue, tensor, u32, u32Value } from '../../fixtures/raw-gguf.ts';
import { writeTinyChatModel, writeTinyEmbeddingModel } from '../../fixtures/tiny-chat-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-gguf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function factsOf(bytes: Buffer): Promise<WeightFacts> {
  writeFileSync(join(folder, 'raw.gguf'), bytes);
  return readWeightFile(folder, ['raw.gguf']);
}

describe('the header of weights', () => {
  it('of a llama tells what it needs and that it chats', async () => {
    const shape = writeTinyChatModel(join(folder, 'chat.gguf'), { hidden: 64, layers: 3, heads: 8, keyValueHeads: 2 });
    const facts = await readWeightFile(folder, ['chat.gguf']);
    expect(facts).toMatchObject({
      architecture: 'llama',
      kind: 'chat',
      layers: 3,
      embedding: 64,
      feedForward: 128,
      context: shape.context,
    });
    expect(facts.cachePerToken).toBe(3 * 2 * (8 + 8));
    expect(facts.template).toMatch(/^[0-9a-f]{64}$/);
    expect(facts.vocabulary).toBe(266);
  });

  it('with a pooling type is an embedder, whatever its architecture', async () => {
    writeTinyEmbeddingModel(join(folder, 'embed.gguf'));
    expect((await readWeightFile(folder, ['embed.gguf'])).kind).toBe('embedding');
  });

  it.each([
    'bert',
    'nomic-bert',
    'nomic-bert-moe',
    'jina-bert-v2',
    'modern-bert',
    'eurobert',
    't5encoder',
    'gemma-embedding',
  ])('of %s is an embedder', async (architecture) => {
    const pairs = [
      pair('general.architecture', stringValue(architecture)),
      pair(`${architecture}.block_count`, u32Value(2)),
      pair(`${architecture}.embedding_length`, u32Value(64)),
    ];
    expect((await factsOf(rawGguf({ pairs }))).kind).toBe('embedding');
  });

  it.each(['llama', 'qwen3', 'gemma3', 'phi3', 'mamba'])('of %s is not', async (architecture) => {
    const pairs = [
      pair('general.architecture', stringValue(architecture)),
      pair(`${architecture}.block_count`, u32Value(2)),
      pair(`${architecture}.embedding_length`, u32Value(64)),
    ];
    expect((await factsOf(rawGguf({ pairs }))).kind).toBe('chat');
  });

  it('counts heads a layer, key lengths of their own, and compressed attention', async () => {
    const perLayer = pair('llama.attention.head_count_kv', arrayValue(5, 2, u32(0), u32(3)));
    const keys = [pair('llama.attention.key_length', u32Value(24)), pair('llama.attention.value_length', u32Value(8))];
    expect((await factsOf(rawGguf({ pairs: [...sanePairs, perLayer, ...keys] }))).cachePerToken).toBe(3 * 32);
    const latent = [
      pair('llama.attention.kv_lora_rank', u32Value(512)),
      pair('llama.rope.dimension_count', u32Value(64)),
    ];
    expect((await factsOf(rawGguf({ pairs: [...sanePairs, ...latent] }))).cachePerToken).toBe(2 * 576);
  });

  it('adds up its tensors', async () => {
    const tensors = [tensor('a', [256, 2], 12, 0), tensor('b', [3], 0, 288)];
    const facts = await factsOf(rawGguf({ tensors, data: 300 }));
    expect(facts.weightBytes).toBe(2 * 144 + 12);
    expect(facts.parameters).toBe(515);
  });

  it('of the real embedder holds', async () => {
    const blobs = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cloister/models/blobs');
    const facts = await readWeightFile(blobs, [
      'sha256-dc4387e2242164a128615d99e9a0853f3765a6484534cff4c65c381a69234e60',
    ]);
    expect(facts).toMatchObject({
      architecture: 'bert',
      kind: 'embedding',
      layers: 6,
      embedding: 384,
      context: 512,
      vocabulary: 30_522,
    });
    expect(facts.parameters).toBeGreaterThan(22e6);
  });
});
