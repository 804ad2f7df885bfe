import { brotliDecompressSync, inflateSync } from 'node:zlib';

const ways = { deflate: inflateSync, brotli: brotliDecompressSync };

/** What pdf.js asks of a decompressed stream: one chunk, then the end. */
class Inflating {
  readonly #way: (bytes: Uint8Array) => Uint8Array;
  #bytes: Uint8Array | null = null;

  constructor(format: keyof typeof ways) {
    this.#way = ways[format];
  }

  readonly writable = {
    getWriter: () => ({
      write: async (bytes: Uint8Array): Promise<void> => void (this.#bytes = bytes),
      close: async (): Promise<void> => undefined,
    }),
  };

  readonly readable = {
    getReader: () => ({
      read: async (): Promise<{ value?: Uint8Array; done: boolean }> => {
        const bytes = this.#bytes;
        this.#bytes = null;
        return bytes === null ? { done: true } : { value: this.#way(bytes), done: false };
      },
    }),
  };
}

/**
 * Node's own decompression runs in another thread, behind two streams: for the small streams of a PDF that costs ten times
 * the work itself. What fails here pdf.js tries again by its own means, as before.
 */
export function inflateAtOnce(): void {
  Object.defineProperty(globalThis, 'DecompressionStream', { value: Inflating, configurable: true, writable: true });
}
