import { z } from 'zod';
import type { Gpu } from './nvidia.ts';
import { tryJson } from './try-json.ts';

const displays = z.object({
  SPDisplaysDataType: z.array(
    z.object({
      sppci_model: z.string().optional(),
      _name: z.string().optional(),
      spdisplays_vendor: z.string().optional(),
      spdisplays_vram: z.string().optional().catch(undefined),
      /** Instead of the other: Intel's graphics inside the processor. */
      spdisplays_vram_shared: z.string().optional().catch(undefined),
    }),
  ),
});

const vendorOf = (words: string): Gpu['vendor'] => {
  if (/apple/i.test(words)) return 'apple';
  if (/\bamd\b|_amd|\bati\b|_ati\b|0x1002/i.test(words)) return 'amd';
  if (/nvidia|0x10de/i.test(words)) return 'nvidia';
  return /intel|0x8086/i.test(words) ? 'intel' : 'unknown';
};

/**
 * `8 GB`, `1536 MB`, or in another language `8 Go`, `1,5 GB`, `8 ГБ`; Apple's own cards share the computer's memory and name
 * none.
 */
function bytesOf(words: string | undefined): number | null {
  const [, amount, unit] = /^(\d+(?:[.,]\d+)?)\s*([MGМГ])\S{0,3}$/i.exec(words?.trim() ?? '') ?? [];
  if (amount === undefined) return null;
  return Number(amount.replace(',', '.')) * (/[gг]/i.test(unit ?? '') ? 1024 ** 3 : 1024 ** 2);
}

/** `system_profiler SPDisplaysDataType -json`. What is free it never says. */
export function parseSystemProfiler(output: string): Gpu[] {
  const read = displays.safeParse(tryJson(output));
  if (!read.success) return [];
  return read.data.SPDisplaysDataType.map((card) => {
    const vendor = vendorOf(`${card.spdisplays_vendor ?? ''} ${card.sppci_model ?? ''}`);
    return {
      name: card.sppci_model ?? card._name ?? 'unknown',
      vendor,
      totalBytes: bytesOf(card.spdisplays_vram),
      freeBytes: null,
      ...(vendor === 'apple' || (card.spdisplays_vram === undefined && card.spdisplays_vram_shared !== undefined)
        ? { shared: true }
        : { note: 'memory_not_told' as const }),
    };
  });
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
