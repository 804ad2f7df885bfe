import { z } from 'zod';
import type { Gpu } from './nvidia.ts';
import { jsonIn } from './try-json.ts';

export const amdSmiStatic = ['static', '--asic', '--vram', '--json'];
export const amdSmiMetric = ['metric', '--mem-usage', '--json'];

const units: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** `{"value": 16368, "unit": "MB"}` (binary, whatever it says), or with older versions a bare number of those; else unknown. */
const size = z
  .union([z.number(), z.object({ value: z.number(), unit: z.string().catch('MB') })])
  .transform((said) =>
    typeof said === 'number' ? said * 2 ** 20 : said.value * (units[said.unit.toUpperCase().replace('IB', 'B')] ?? NaN),
  )
  .transform((bytes) => (Number.isSafeInteger(Math.round(bytes)) && bytes >= 0 ? Math.round(bytes) : null))
  .nullable()
  .catch(null);

const card = z.object({
  gpu: z.union([z.number(), z.string()]),
  asic: z
    .object({ market_name: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
  vram: z.object({ size }).nullish().catch(null),
  mem_usage: z.object({ total_vram: size, used_vram: size, free_vram: size }).nullish().catch(null),
  partition: z
    .object({ compute_partition: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** A list, since version 7 inside of `gpu_data`. */
const report = z.union([
  z.array(z.unknown()),
  z.object({ gpu_data: z.array(z.unknown()) }).transform((all) => all.gpu_data),
]);

function cardsIn(output: string): z.infer<typeof card>[] {
  const read = report.safeParse(jsonIn(output));
  if (!read.success) return [];
  return read.data.flatMap((each) => {
    const parsed = card.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

const isName = (name: string | null | undefined): name is string =>
  name !== null && name !== undefined && !/^(?:n\/a|unknown|0x[0-9a-f]+|)$/i.test(name.trim());

/** `amd-smi static` says what a card is, `amd-smi metric` what of its memory is taken. */
export function parseAmdSmi(described: string, measured: string): Gpu[] {
  const usage = new Map(cardsIn(measured).map((each) => [String(each.gpu), each.mem_usage]));
  return cardsIn(described).map(({ gpu, asic, vram }) => {
    const used = usage.get(String(gpu)) ?? null;
    const totalBytes = used?.total_vram ?? vram?.size ?? null;
    const taken = totalBytes === null || used === null || used.used_vram === null ? null : totalBytes - used.used_vram;
    const freeBytes = totalBytes === null ? null : (used?.free_vram ?? taken);
    const name = asic?.market_name;
    return {
      name: isName(name) ? name.trim() : 'AMD graphics',
      vendor: 'amd',
      totalBytes,
      freeBytes: freeBytes === null ? null : Math.max(0, Math.min(freeBytes, totalBytes ?? 0)),
      ...(freeBytes === null ? { note: 'memory_not_told' as const } : {}),
    };
  });
}
