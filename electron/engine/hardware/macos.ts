import { z } from 'zod';
import type { Gpu } from './nvidia.ts';

const displays = z.object({
  SPDisplaysDataType: z.array(
    z.object({
      sppci_model: z.string().optional(),
      _name: z.string().optional(),
      spdisplays_vendor: z.string().optional(),
      spdisplays_vram: z.string().optional(),
    }),
  ),
});

const vendorOf = (words: string): Gpu['vendor'] => {
  if (/apple/i.test(words)) return 'apple';
  if (/amd|ati|0x1002/i.test(words)) return 'amd';
  if (/nvidia|0x10de/i.test(words)) return 'nvidia';
  return /intel|0x8086/i.test(words) ? 'intel' : 'unknown';
};

/** `8 GB` or `1536 MB`; Apple's own cards share the computer's memory and name none. */
function bytesOf(words: string | undefined): number | null {
  const [, amount, unit] = /^(\d+) (MB|GB)$/.exec(words ?? '') ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (unit === 'GB' ? 1024 ** 3 : 1024 ** 2);
}

/** `system_profiler SPDisplaysDataType -json`. What is free it never says. */
export function parseSystemProfiler(output: string): Gpu[] {
  return displays.parse(JSON.parse(output)).SPDisplaysDataType.map((card) => ({
    name: card.sppci_model ?? card._name ?? 'unknown',
    vendor: vendorOf(card.spdisplays_vendor ?? ''),
    totalBytes: bytesOf(card.spdisplays_vram),
    freeBytes: null,
  }));
}

/** Bytes that macOS would give to a program: `vm_stat` counts pages; Node's own figure leaves the inactive ones out. */
export function parseVmStat(output: string): number | null {
  const pageSize = Number(/page size of (\d+) bytes/.exec(output)?.[1]);
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.`, 'm').exec(output)?.[1]),
  );
  const sum = pages.reduce((total, count) => total + count, 0) * pageSize;
  return Number.isFinite(sum) ? sum : null;
}
