import { z } from 'zod';
import type { Gpu } from './nvidia.ts';
import { tryJson } from './try-json.ts';

const controller = z.object({
  Name: z.string().nullish(),
  AdapterCompatibility: z.string().nullish(),
  /** Bytes, from the driver's own key in the registry: a number, its digits, or the raw bytes, lowest first. */
  Memory: z
    .union([z.number(), z.string(), z.array(z.number().int().min(0).max(255)).max(8)])
    .nullish()
    .catch(null),
});
const answer = z.union([controller, z.array(controller)]);

/**
 * Each card with the memory that its driver noted (`HardwareInformation.qwMemorySize`). `AdapterRAM` is 32 bits wide and says
 * 4 GiB for anything larger, so it is not asked for.
 */
export const windowsQuery = [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  [
    "$keys = Get-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\0*' -ErrorAction SilentlyContinue;",
    'Get-CimInstance Win32_VideoController | ForEach-Object { $name = $_.Name;',
    '[pscustomobject]@{ Name = $name; AdapterCompatibility = $_.AdapterCompatibility;',
    "Memory = ($keys | Where-Object DriverDesc -eq $name | Select-Object -First 1).'HardwareInformation.qwMemorySize' } } | ConvertTo-Json",
  ].join(' '),
];

const vendorOf = (words: string): Gpu['vendor'] => {
  if (/nvidia/i.test(words)) return 'nvidia';
  if (/amd|advanced micro|radeon/i.test(words)) return 'amd';
  return /intel/i.test(words) ? 'intel' : 'unknown';
};

/** Less than this is what an integrated card keeps for the picture, not memory to compute in. Bytes. */
const smallest = 512 * 1024 * 1024;

function memoryOf(said: string | number | readonly number[] | null | undefined): number | null {
  const bytes =
    typeof said === 'object' && said !== null
      ? said.reduceRight((sum: number, byte: number) => sum * 256 + byte, 0)
      : typeof said === 'string' && /^\d+$/.test(said)
        ? Number(said)
        : said;
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= smallest ? bytes : null;
}

/** Draws over the network or for a virtual machine. */
const onlyDraws = /Microsoft (?:Basic|Hyper-V|Remote)|VMware|VirtualBox|QXL|Virtio|Parsec|DisplayLink|Citrix/i;

/** Cards that nvidia-smi does not show. What is free, Windows tells nobody in one language. */
export function parseVideoControllers(output: string): Gpu[] {
  const parsed = answer.safeParse(tryJson(output));
  if (!parsed.success) return [];
  return (Array.isArray(parsed.data) ? parsed.data : [parsed.data]).flatMap((card) => {
    const name = card.Name ?? '';
    if (name === '' || onlyDraws.test(name)) return [];
    const vendor = vendorOf(`${name} ${card.AdapterCompatibility ?? ''}`);
    return [{ name, vendor, totalBytes: memoryOf(card.Memory), freeBytes: null, note: 'memory_not_told' as const }];
  });
}
