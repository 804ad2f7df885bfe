import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Installs the hostile engine as one file; `node` is the interpreter that the cage (or this computer) offers. */
export async function installHostileEngine(
  prefix: string,
  node = '/cloister/runtime/node',
  claimedPort?: number,
): Promise<string> {
  const folder = join(prefix, 'bin');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const script = await readFile(join(import.meta.dirname, 'hostile-engine.cjs'), 'utf8');
  const binary = join(folder, 'ollama');
  await writeFile(binary, `#!${node}\n${script}`, { mode: 0o755 });
  if (claimedPort !== undefined) await writeFile(join(folder, 'claimed-port'), String(claimedPort));
  return binary;
}
