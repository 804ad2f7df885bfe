import { createKernel, type Kernel } from './kernel.ts';

/** Rows a block, and codes a stored segment. */
export const blockRows = 8192;

/** Room for a query in front of the blocks: 4 planes of 32,768 bits, or 16,384 bytes. */
const queryRoom = 16_384;
const page = 65_536;

interface Block {
  readonly scores: number;
  readonly scales: number;
  readonly rows: number;
  count: number;
  readonly chunks: Float64Array;
}

/**
 * Rows of one width in WebAssembly memory, in blocks that never move. A block has its rows, their scales (int8 only) and
 * room for their scores.
 */
export class Blocks {
  readonly #width: number;
  readonly #kernel: Kernel = createKernel();
  readonly #blocks: Block[] = [];
  #end = queryRoom;

  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#blocks.reduce((sum, block) => sum + block.count, 0);
  }

  get bytes(): number {
    return this.#kernel.memory.buffer.byteLength;
  }

  append(chunk: number, row: Uint8Array | Int8Array, scale: number): void {
    const block = this.#open();
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
    new Uint8Array(this.#kernel.memory.buffer).set(bytes, block.rows + block.count * this.#width);
    new Float32Array(this.#kernel.memory.buffer, block.scales)[block.count] = scale;
    block.chunks[block.count] = chunk;
    block.count += 1;
  }

  /** Puts the query in its place, scans each block, and shows the scores. */
  scan(
    query: Uint8Array,
    scanBlock: (kernel: Kernel, block: Readonly<Block>) => void,
    see: (chunks: Float64Array, scores: Float32Array) => void,
  ): void {
    if (query.byteLength > queryRoom) throw new RangeError('The vectors have too many dimensions.');
    new Uint8Array(this.#kernel.memory.buffer).set(query, 0);
    for (const block of this.#blocks) {
      scanBlock(this.#kernel, block);
      see(block.chunks, new Float32Array(this.#kernel.memory.buffer, block.scores, block.count));
    }
  }

  /** Overwrites everything, for the moment the vault is locked. */
  wipe(): void {
    new Uint8Array(this.#kernel.memory.buffer).fill(0);
    this.#blocks.length = 0;
  }

  #open(): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.count < blockRows) return last;
    const scores = this.#end;
    const scales = scores + blockRows * 4;
    const rows = scales + blockRows * 4;
    this.#end = rows + blockRows * this.#width;
    const missing = this.#end - this.#kernel.memory.buffer.byteLength;
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(missing / page));
    const block = { scores, scales, rows, count: 0, chunks: new Float64Array(blockRows) };
    this.#blocks.push(block);
    return block;
  }
}
