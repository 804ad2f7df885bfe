import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { batchFor, estimate, totalNeeds, type Sizing } from '../../../electron/models/fit/estimate.ts';
import { projectorOf } from '../../../electron/models/gguf/projector.ts';
import { readWeightFile } from '../../../electron/models/index.ts';
import { arrayValue, pair, rawGguf, stringValue, tensor, u32, u32Value } from '../../fixtures/raw-gguf.ts';

const MiB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'cloister-estimate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const llama8b: Sizing = {
  weightBytes: 4.92e9,
  repeatedBytes: 0,
  layers: 32,
  embedding: 4096,
  queries: 4096,
  keys: 1024,
  feedForward: 14_336,
  experts: 0,
  gated: true,
  caches: [{ numbers: 32 * 8 * 128 * 2, window: null }],
  fillsBlocks: true,
  stateBytes: 0,
  stateStep: 0,
  vocabulary: 128_256,
  context: 131_072,
  embeds: false,
  activeShare: 1,
  projector: null,
};

describe('an estimate', () => {
  it('counts keys and values of grouped-query attention in each type of cache', () => {
    expect(estimate(llama8b, 8192).kv).toBe(1024 * MiB);
    expect(estimate(llama8b, 8192, { cacheType: 'q8_0' }).kv).toBe(544 * MiB);
    expect(estimate(llama8b, 8192, { cacheType: 'q4_0' }).kv).toBe(288 * MiB);
  });

  it('follows the batch that the engine chooses by the context', () => {
    expect([4096, 4097, 32_768, 32_769].map((tokens) => batchFor(tokens, false))).toEqual([512, 1024, 1024, 2048]);
    expect([batchFor(300, false), batchFor(512, true), batchFor(8192, true)]).toEqual([300, 512, 2048]);
    // The widest step of one token is 232 KiB: 3 × 14,336 and 4 × 4,096 numbers.
    const mask = (tokens: number, batch: number): number => tokens * batch * 2;
    const rest = 16 * 1024 + 4 * 128_256;
    expect(estimate(llama8b, 4096).overhead).toBe(512 * 4 * 59_392 + mask(4096, 512) + rest);
    expect(estimate(llama8b, 8192).overhead).toBe(1024 * 4 * 59_392 + mask(8192, 1024) + rest);
  });

  it('keeps no more of a sliding window than it looks back', () => {
    const gemma = {
      ...llama8b,
      caches: [
        { numbers: 100, window: null },
        { numbers: 500, window: 1024 },
      ],
    };
    expect(estimate(gemma, 16_384).kv).toBe(2 * (100 * 16_384 + 500 * 2048));
    expect(estimate(gemma, 1024).kv).toBe(2 * 600 * 1024);
  });

  it('rounds the context up to whole cells, and never past what the model was made for', () => {
    expect(estimate(llama8b, 1000).kv).toBe(estimate(llama8b, 1024).kv);
    expect(estimate({ ...llama8b, context: 2048 }, 8192)).toEqual(estimate({ ...llama8b, context: 2048 }, 2048));
  });

  it('adds a picture’s encoder, the state of recurrent layers, and what stands twice beside the processor', () => {
    const plain = totalNeeds(estimate(llama8b, 2048));
    expect(totalNeeds(estimate({ ...llama8b, stateBytes: 5 }, 2048)) - plain).toBe(5);
    expect(totalNeeds(estimate({ ...llama8b, repeatedBytes: 7 }, 2048)) - plain).toBe(7);
    expect(totalNeeds(estimate({ ...llama8b, repeatedBytes: 7 }, 2048, { onCard: true })) - plain).toBe(0);
    const projector = { weightBytes: 11, graphBytes: 13 };
    expect(totalNeeds(estimate({ ...llama8b, projector }, 2048)) - plain).toBe(24);
  });

  it('counts the step of a recurrent layer where that is the widest', () => {
    const overhead = (stateStep: number): number => estimate({ ...llama8b, stateStep }, 4096).overhead;
    expect(overhead(59_392)).toBe(overhead(0));
    expect(overhead(60_000) - overhead(0)).toBe(512 * 4 * (60_000 - 59_392));
  });

  it('never shrinks with a longer context', () => {
    let before = 0;
    for (let tokens = 256; tokens <= 131_072; tokens *= 2) {
      const now = totalNeeds(estimate(llama8b, tokens));
      expect(now).toBeGreaterThan(before);
      before = now;
    }
  });
});

describe('the sizes in a header', () => {
  const sizingFor = async (architecture: string, pairs: Record<string, Buffer>, tensors: Buffer[] = [], data = 0) => {
    const entries = Object.entries(pairs).map(([key, value]) => pair(`${architecture}.${key}`, value));
    const bytes = rawGguf({
      pairs: [pair('general.architecture', stringValue(architecture)), ...entries],
      tensors,
      data,
    });
    writeFileSync(join(folder, 'raw.gguf'), bytes);
    return (await readWeightFile(folder, ['raw.gguf'])).sizing;
  };
  const shape = {
    block_count: u32Value(6),
    embedding_length: u32Value(64),
    'attention.head_count': u32Value(4),
    'attention.head_count_kv': u32Value(2),
  };
  const numbers = 2 * 32;

  it.each([
    ['gemma3', 5],
    ['gemma2', 3],
    ['gpt-oss', 3],
    ['cohere2', 5],
    ['llama', 0],
  ])('of %s slide in %i of 6 layers', async (architecture, sliding) => {
    const { caches } = await sizingFor(architecture, { ...shape, 'attention.sliding_window': u32Value(512) });
    const count = (window: number | null): number =>
      (caches.find((cache) => cache.window === window)?.numbers ?? 0) / numbers;
    expect([count(512), count(null)]).toEqual([sliding, 6 - sliding]);
  });

  it('take a pattern from the file before the architecture’s', async () => {
    const pattern = arrayValue(5, 6, ...[1, 1, 0, 1, 1, 0].map((slides) => u32(slides)));
    const { caches } = await sizingFor('gemma4', {
      ...shape,
      'attention.sliding_window': u32Value(512),
      'attention.sliding_window_pattern': pattern,
    });
    expect(caches).toEqual([
      { numbers: 2 * numbers, window: null },
      { numbers: 4 * numbers, window: 512 },
    ]);
  });

  it('count heads layer by layer, and layers without any as recurrent', async () => {
    const heads = arrayValue(5, 6, ...[0, 0, 2, 0, 0, 1].map((count) => u32(count)));
    const { caches, stateBytes, stateStep } = await sizingFor('granitehybrid', {
      ...shape,
      'attention.head_count_kv': heads,
      'ssm.inner_size': u32Value(128),
      'ssm.state_size': u32Value(16),
      'ssm.conv_kernel': u32Value(4),
      'ssm.group_count': u32Value(1),
    });
    expect(caches).toEqual([{ numbers: 3 * 32, window: null }]);
    expect(stateBytes).toBe(4 * 4 * (3 * (128 + 2 * 16) + 16 * 128));
    expect(stateStep).toBe(6 * (128 + 16) + 3 * 64);
  });

  it('know hybrids that attend in every fourth layer, and layers that share', async () => {
    const ssm = {
      'ssm.inner_size': u32Value(128),
      'ssm.state_size': u32Value(16),
      full_attention_interval: u32Value(3),
    };
    expect((await sizingFor('qwen3next', { ...shape, ...ssm })).caches).toEqual([
      { numbers: 2 * numbers, window: null },
    ]);
    const shared = { ...shape, 'attention.shared_kv_layers': u32Value(4) };
    expect((await sizingFor('gemma4', shared)).caches).toEqual([{ numbers: 2 * numbers, window: null }]);
  });

  it('count the experts that are asked, and read no others for a token', async () => {
    const tensors = [
      tensor('blk.0.ffn_gate_exps.weight', [64, 32, 8], 0, 0),
      tensor('output.weight', [64, 10], 0, 65_536),
      tensor('token_embd.weight', [64, 10], 0, 68_096),
    ];
    const experts = {
      expert_count: u32Value(8),
      expert_used_count: u32Value(2),
      expert_feed_forward_length: u32Value(32),
    };
    const sizing = await sizingFor('qwen3moe', { ...shape, ...experts }, tensors, 70_656);
    expect(sizing).toMatchObject({ feedForward: 64, experts: 2, gated: true });
    expect(sizing.activeShare).toBeCloseTo((65_536 / 4 + 2560) / 70_656);
  });

  it('see a second copy of a tied embedding in four bits, and a step without a gate', async () => {
    const tied = [tensor('token_embd.weight', [64, 8], 2, 0)];
    expect((await sizingFor('llama', shape, tied, 288)).repeatedBytes).toBe((64 * 8 * 18) / 32);
    const up = [tensor('blk.0.ffn_up.weight', [64, 16], 0, 0)];
    const width = { feed_forward_length: u32Value(16) };
    expect((await sizingFor('gpt2', { ...shape, ...width }, up, 4096)).gated).toBe(false);
    expect((await sizingFor('phi3', { ...shape, feed_forward_length: u32Value(8) }, up, 4096)).gated).toBe(true);
  });
});

describe('a vision encoder', () => {
  it('works on all patches at once', () => {
    const values = new Map<string, number>([
      ['clip.vision.image_size', 896],
      ['clip.vision.patch_size', 14],
      ['clip.vision.embedding_length', 1152],
      ['clip.vision.feed_forward_length', 4304],
    ]);
    const header = { version: 3, values, arrays: new Map(), tensors: [], dataStart: 0, fileBytes: 0 };
    expect(projectorOf(header).graphBytes).toBe(4 * (3 * 896 ** 2 + (64 ** 2 + 1) * (4304 + 4 * 1152)));
    expect(projectorOf({ ...header, values: new Map() }).graphBytes).toBe(0);
  });
});
