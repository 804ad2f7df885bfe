import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Gpu } from './nvidia.ts';

/**
 * What `/sys/class/drm/card<n>` holds of a card. The `mem_info` files are amdgpu's (docs.kernel.org, gpu/amdgpu), `lmem` those
 * of Intel's i915, `vram` that of Intel's xe.
 */
export interface SysfsCard {
  readonly vendor: string;
  readonly device: string;
  readonly product?: string | null | undefined;
  /** Where it sits: `0000:00:02.0`. */
  readonly slot?: string | null | undefined;
  readonly vramTotal?: string | null | undefined;
  readonly vramUsed?: string | null | undefined;
  readonly lmemTotal?: string | null | undefined;
  readonly lmemFree?: string | null | undefined;
  readonly xeVram?: string | null | undefined;
  /** How an AMD card is divided: `SPX` is not at all. */
  readonly partition?: string | null | undefined;
}

const vendors: Readonly<Record<string, { vendor: Gpu['vendor']; name: string }>> = {
  '0x10de': { vendor: 'nvidia', name: 'NVIDIA' },
  '0x1002': { vendor: 'amd', name: 'AMD' },
  '0x8086': { vendor: 'intel', name: 'Intel' },
};

/** Cards of virtual machines (virtio, QXL, Hyper-V, VMware, Bochs) and of server boards only draw. */
const drawsOnly = new Set(['0x1af4', '0x1b36', '0x1414', '0x15ad', '0x1234', '0x1a03', '0x102b']);

/** Intel's processors have their own graphics here, and only those. */
const intelInside = /^[0-9a-f]{4}:00:02\.0$/;

function numberOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

function memoryOf(card: SysfsCard): Pick<Gpu, 'totalBytes' | 'freeBytes'> {
  const total = numberOf(card.vramTotal) ?? numberOf(card.lmemTotal) ?? numberOf(card.xeVram);
  const used = numberOf(card.vramUsed);
  const free = numberOf(card.lmemFree) ?? (total === null || used === null ? null : Math.max(0, total - used));
  // Each part of a divided card shows the memory of the whole.
  const isDivided = !/^(?:SPX)?$/i.test(card.partition ?? '');
  const isTold = total !== null && total !== 0 && !isDivided;
  return { totalBytes: total === 0 ? null : total, freeBytes: isTold ? free : null };
}

/** Null for what cannot compute. Memory is null where the driver does not say, such as on integrated cards. */
export function describeCard(card: SysfsCard): Gpu | null {
  if (drawsOnly.has(card.vendor)) return null;
  const known = vendors[card.vendor];
  const memory = memoryOf(card);
  const isShared = card.vendor === '0x8086' && memory.totalBytes === null && intelInside.test(card.slot ?? '');
  return {
    name: card.product ?? `${known?.name ?? 'unknown'} graphics (${card.vendor}:${card.device})`,
    vendor: known?.vendor ?? 'unknown',
    ...memory,
    ...(isShared ? { shared: true } : memory.freeBytes === null ? { note: 'memory_not_told' as const } : {}),
  };
}

const readFrom =
  (folder: string) =>
  (name: string): Promise<string | null> =>
    readFile(join(folder, name), 'utf8').then(
      (text) => text.trim() || null,
      () => null,
    );

async function readCard(folder: string): Promise<SysfsCard | null> {
  const read = readFrom(folder);
  const own = readFrom(join(folder, 'device'));
  const [vendor, device] = [await own('vendor'), await own('device')];
  if (vendor === null || device === null) return null;
  const [product, vramTotal, vramUsed] = await Promise.all(
    ['product_name', 'mem_info_vram_total', 'mem_info_vram_used'].map(own),
  );
  const [lmemTotal, lmemFree] = await Promise.all(['lmem_total_bytes', 'lmem_avail_bytes'].map(read));
  const xeVram = await own('tile0/physical_vram_size_bytes');
  const partition = await own('current_compute_partition');
  const slot = await realpath(join(folder, 'device')).then(basename, () => null);
  return { vendor, device, product, slot, vramTotal, vramUsed, lmemTotal, lmemFree, xeVram, partition };
}

/** The cards Linux knows. `root` is `/sys` but for tests. */
export async function readSysfsCards(root = '/sys'): Promise<SysfsCard[]> {
  const folder = join(root, 'class', 'drm');
  const names = await readdir(folder).catch(() => []);
  const cards = names.filter((name) => /^card\d+$/.test(name)).map((name) => readCard(join(folder, name)));
  return (await Promise.all(cards)).filter((card) => card !== null);
}
