import { kernelBase64 } from './kernel.generated.ts';

/** The compiled scans (`kernel.as`) over one memory of their own. All places are byte offsets. */
export interface Kernel {
  readonly memory: Memory;
  scanCodes(
    codes: number,
    count: number,
    lanes: number,
    planes: number,
    step: number,
    low: number,
    scores: number,
  ): void;
  scanBytes(rows: number, scales: number, count: number, lanes: number, query: number, scores: number): void;
}

/** The part of the WebAssembly API used here; the compiler's own description of it comes only with the DOM. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

let compiled: object | null = null;

export function createKernel(): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelBase64, 'base64'));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const { scanCodes, scanBytes } = exports as Omit<Kernel, 'memory'>;
  return { memory, scanCodes, scanBytes };
}
