import { z } from 'zod';
import { ask } from './hear.ts';
import type { Gpu } from './nvidia.ts';
import { jsonIn } from './try-json.ts';

const places = ['/usr/bin/xpu-smi', '/usr/local/bin/xpu-smi', '/usr/bin/xpumcli'] as const;
/** More devices than any computer has. */
const mostDevices = 32;

const bytes = z
  .union([z.string().regex(/^\d+$/), z.number()])
  .transform(Number)
  .nullable()
  .catch(null);
const device = z.object({
  device_id: z.number().int().min(0).nullish().catch(null),
  device_name: z.string().nullish().catch(null),
  memory_physical_size_byte: bytes,
  memory_free_size_byte: bytes,
});
const list = z.object({ device_list: z.array(z.unknown()).max(mostDevices) });

/** `xpu-smi discovery -j`: the devices by number; with all properties where they were asked for. */
export function parseXpuList(output: string): z.infer<typeof device>[] {
  const read = list.safeParse(jsonIn(output));
  if (!read.success) return [];
  return read.data.device_list.flatMap((each) => {
    const parsed = device.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

/** `xpu-smi discovery -d N -j`: one device; null where it does not tell both sizes. */
export function parseXpu(output: string): Gpu | null {
  const read = device.safeParse(jsonIn(output));
  if (!read.success) return null;
  const { device_name: name, memory_physical_size_byte: total, memory_free_size_byte: free } = read.data;
  if (total === null || total <= 0 || free === null) return null;
  return { name: name ?? 'Intel graphics', vendor: 'intel', totalBytes: total, freeBytes: Math.min(free, total) };
}

/** Cards of which the kernel does not say what is free, by the size of their memory: xe tells the size alone. */
export function withXpuMemory(cards: readonly Gpu[], told: readonly Gpu[]): Gpu[] {
  const left = [...told];
  return cards.map((card) => {
    const { vendor, freeBytes, totalBytes, shared } = card;
    if (vendor !== 'intel' || freeBytes !== null || shared === true) return card;
    const at = left.findIndex((each) => totalBytes === null || isAlike(each.totalBytes ?? 0, totalBytes));
    const [match] = at < 0 ? [] : left.splice(at, 1);
    return match ?? card;
  });
}

/** The kernel counts what the card keeps for itself, Intel's tool does not. */
const isAlike = (one: number, other: number): boolean => Math.abs(one - other) < other * 0.15;

export async function withXpu(cards: readonly Gpu[]): Promise<Gpu[]> {
  const isUntold = cards.some(
    ({ vendor, freeBytes, shared }) => vendor === 'intel' && freeBytes === null && shared !== true,
  );
  if (!isUntold) return [...cards];
  for (const place of places) {
    const devices = parseXpuList((await ask(place, ['discovery', '-j'])) ?? '');
    const told: Gpu[] = [];
    for (const [index, { device_id }] of devices.entries()) {
      const found = parseXpu((await ask(place, ['discovery', '-d', String(device_id ?? index), '-j'])) ?? '');
      if (found !== null) told.push(found);
    }
    if (told.length > 0) return withXpuMemory(cards, told);
  }
  return [...cards];
}
