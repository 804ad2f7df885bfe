/**
 * Compiles the vector scans (`electron/documents/vector/kernel.as`) to WebAssembly and writes them as a module of the
 * sources, so that nothing needs the compiler to build or run Cloister. A test compiles again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const folder = join(import.meta.dirname, '../electron/documents/vector');
export const generatedKernel = join(folder, 'kernel.generated.ts');

const options = ['--runtime', 'stub', '--enable', 'simd', '--importMemory', '-O3', '--noAssert', '--use', 'abort='];

export async function compileKernel(): Promise<Uint8Array> {
  const source = await readFile(join(folder, 'kernel.as'), 'utf8');
  const result = await asc.main(['kernel.ts', '--outFile', 'kernel.wasm', ...options], {
    readFile: (name) => (name === 'kernel.ts' ? source : null),
    writeFile: (_name, contents) => {
      compiled = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (result.error !== null || compiled === null)
    throw new Error(`The kernel does not compile: ${result.error?.message ?? 'no output'}`);
  return compiled;
}

let compiled: Uint8Array | null = null;

export function kernelModule(wasm: Uint8Array): string {
  const lines =
    Buffer.from(wasm)
      .toString('base64')
      .match(/.{1,110}/gu) ?? [];
  const text = lines.map((line) => `  '${line}',`).join('\n');
  return `// Made by scripts/build-kernel.ts from kernel.as. Do not edit.\nexport const kernelBase64 = [\n${text}\n].join('');\n`;
}

if (process.argv[1] === import.meta.filename) await writeFile(generatedKernel, kernelModule(await compileKernel()));
