import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gpu } from './nvidia.ts';

/** What `/sys/class/drm/card<n>/device` holds of a card. The `mem_info` files are amdgpu's (docs.kernel.org, gpu/amdgpu). */
interface SysfsCard {
  readonly vendor: string;
  readonly device: string;
  readonly product: string | null;
  readonly vramTotal: string | null;
  readonly vramUsed: string | null;
}

const vendors: Readonly<Record<string, { vendor: Gpu['vendor']; name: string }>> = {
  '0x10de': { vendor: 'nvidia', name: 'NVIDIA' },
  '0x1002': { vendor: 'amd', name: 'AMD' },
  '0x8086': { vendor: 'intel', name: 'Intel' },
};

/** Cards of virtual machines (virtio, QXL, Hyper-V, VMware, Bochs) only draw. */
const drawsOnly = new Set(['0x1af4', '0x1b36', '0x1414', '0x15ad', '0x1234', '0x1a03', '0x102b']);

const numberOf = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

/** Null for what cannot compute. Memory is null where the driver does not say, such as on integrated cards. */
export function describeCard(card: SysfsCard): Gpu | null {
  if (drawsOnly.has(card.vendor)) return null;
  const known = vendors[card.vendor];
  const total = numberOf(card.vramTotal);
  const used = numberOf(card.vramUsed);
  return {
    name: card.product ?? `${known?.name ?? 'unknown'} graphics (${card.vendor}:${card.device})`,
    vendor: known?.vendor ?? 'unknown',
    totalBytes: total,
    freeBytes: total === null || used === null ? null : total - used,
  };
}

async function readCard(folder: string): Promise<SysfsCard | null> {
  const read = (name: string): Promise<string | null> =>
    readFile(join(folder, name), 'utf8').then(
      (text) => text.trim() || null,
      () => null,
    );
  const [vendor, device] = [await read('vendor'), await read('device')];
  if (vendor === null || device === null) return null;
  const [product, vramTotal, vramUsed] = [
    await read('product_name'),
    await read('mem_info_vram_total'),
    await read('mem_info_vram_used'),
  ];
  return { vendor, device, product, vramTotal, vramUsed };
}

/** The cards Linux knows. `root` is `/sys` but for tests. */
export async function readSysfsCards(root = '/sys'): Promise<SysfsCard[]> {
  const folder = join(root, 'class', 'drm');
  const names = await readdir(folder).catch(() => []);
  const cards = names.filter((name) => /^card\d+$/.test(name)).map((name) => readCard(join(folder, name, 'device')));
  return (await Promise.all(cards)).filter((card) => card !== null);
}
