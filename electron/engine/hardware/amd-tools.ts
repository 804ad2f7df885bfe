import { amdSmiMetric, amdSmiStatic, parseAmdSmi } from './amd-smi.ts';
import { ask } from './hear.ts';
import type { Gpu } from './nvidia.ts';
import { parseRocm, rocmQuery } from './rocm.ts';

const folders = ['/opt/rocm/bin', '/usr/bin'] as const;

/** AMD's tools are asked only for what the kernel does not tell: a name, or any card at all. */
export async function amdCards(kernels: readonly Gpu[]): Promise<Gpu[]> {
  const known = kernels.filter(({ vendor }) => vendor === 'amd');
  if (known.length > 0 && known.every(({ name, totalBytes }) => totalBytes !== null && !/\(0x/.test(name))) return [];
  for (const folder of folders) {
    const cards = parseRocm((await ask(`${folder}/rocm-smi`, rocmQuery)) ?? '');
    if (cards.length > 0) return cards;
  }
  for (const folder of folders) {
    const described = await ask(`${folder}/amd-smi`, amdSmiStatic);
    if (described === null) continue;
    const cards = parseAmdSmi(described, (await ask(`${folder}/amd-smi`, amdSmiMetric)) ?? '');
    if (cards.length > 0) return cards;
  }
  return [];
}
