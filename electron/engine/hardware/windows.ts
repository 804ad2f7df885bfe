import { z } from 'zod';
import type { Gpu } from './nvidia.ts';

const controller = z.object({ Name: z.string().nullable(), AdapterCompatibility: z.string().nullable() });
const answer = z.union([controller, z.array(controller)]);

export const windowsQuery = [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  'Get-CimInstance Win32_VideoController | Select-Object Name, AdapterCompatibility | ConvertTo-Json',
];

const vendorOf = (words: string): Gpu['vendor'] => {
  if (/nvidia/i.test(words)) return 'nvidia';
  if (/amd|advanced micro|radeon/i.test(words)) return 'amd';
  return /intel/i.test(words) ? 'intel' : 'unknown';
};

/**
 * Cards that nvidia-smi does not show. Their memory stays unknown: `AdapterRAM` is 32 bits wide and says 4 GiB for
 * anything larger.
 */
export function parseVideoControllers(output: string): Gpu[] {
  if (output.trim() === '') return [];
  const parsed = answer.parse(JSON.parse(output));
  return (Array.isArray(parsed) ? parsed : [parsed])
    .filter((card) => card.Name !== null && !/Microsoft (Basic|Hyper-V|Remote)/i.test(card.Name))
    .map((card) => ({
      name: card.Name ?? 'unknown',
      vendor: vendorOf(`${card.Name ?? ''} ${card.AdapterCompatibility ?? ''}`),
      totalBytes: null,
      freeBytes: null,
    }));
}
