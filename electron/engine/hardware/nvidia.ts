import type { Hardware } from '../../../shared/contract/types.ts';
import { bytesOf, between, holdersFrom, inside } from './nvidia-fields.ts';

export type Gpu = Hardware['gpus'][number];

/** Everything the driver knows, in a form that no version since 2012 has changed in what is read here. */
export const nvidiaReport = ['-q', '-x'];

/** The short form, where the report is refused. */
export const nvidiaQuery = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];

const mebibyte = 1024 * 1024;

const known = (
  total: number | null,
  free: number | null,
  used: number | null,
): Pick<Gpu, 'totalBytes' | 'freeBytes'> => ({
  totalBytes: total,
  freeBytes: free ?? (total === null || used === null ? null : Math.max(0, total - used)),
});

const memoryIn = (report: string): Pick<Gpu, 'totalBytes' | 'freeBytes'> => {
  const memory = between(report, 'fb_memory_usage') ?? '';
  const [total, free, used] = ['total', 'free', 'used'].map((field) => bytesOf(between(memory, field)));
  return known(total ?? null, free ?? null, used ?? null);
};

/** A program sees one slice of a divided card at most: the one with the most room. */
function sliceOf(name: string, slices: readonly string[]): Gpu {
  const seen = slices.map((slice, index) => ({ index, ...memoryIn(slice) }));
  const best = seen.reduce((left, right) => ((right.freeBytes ?? -1) > (left.freeBytes ?? -1) ? right : left));
  return {
    name: `${name} (MIG slice ${best.index + 1} of ${slices.length})`,
    vendor: 'nvidia',
    totalBytes: best.totalBytes,
    freeBytes: best.freeBytes,
  };
}

function cardOf(report: string): Gpu {
  const name = between(report, 'product_name') ?? 'NVIDIA graphics';
  const isDivided = /^enabled$/i.test(between(report, 'current_mig') ?? '');
  const slices = inside(report, 'mig_device');
  if (isDivided && slices.length > 0) return sliceOf(name, slices);
  // The slices' own memory stands in the same words, behind the card's.
  const own = memoryIn(report.replace(/<mig_devices>[^]*?<\/mig_devices>/, ''));
  // A divided card without a slice offers nothing.
  if (isDivided)
    return { name, vendor: 'nvidia', totalBytes: own.totalBytes, freeBytes: 0, note: 'divided_without_slice' };
  const holders = holdersFrom(inside(between(report, 'processes') ?? '', 'process_info'));
  return {
    name,
    vendor: 'nvidia',
    ...own,
    ...(own.totalBytes === null ? { note: 'memory_not_told' as const } : {}),
    ...(holders.length === 0 ? {} : { holders }),
  };
}

/** The drawn table, for drivers that answer nothing else: `|   1185MiB / 24564MiB |`. */
function cardsInTable(output: string): Gpu[] {
  const names = [...output.matchAll(/^\|\s+\d+\s+(\S.*?)\s+(?:On|Off|N\/A|Persistence-M)?\s*\|/gm)].map(
    (found) => found[1] ?? '',
  );
  const sizes = [...output.matchAll(/\|\s*(\d+)MiB\s*\/\s*(\d+)MiB\s*\|/g)];
  return sizes.map(([, used, total], index) => ({
    name: names[index] ?? 'NVIDIA graphics',
    vendor: 'nvidia',
    ...known(Number(total) * mebibyte, null, Number(used) * mebibyte),
  }));
}

/** `NVIDIA GeForce RTX 4090, 24564, 23028`, one line a card, MiB, or with a line of headings and units. */
function cardsInLines(output: string): Gpu[] {
  const lines = output.split(/\r?\n/).map((line) => line.split(',').map((field) => field.trim()));
  const heading = lines.find((fields) => fields.some((field) => /^memory\.total/.test(field)));
  const at = (name: string, otherwise: number): number =>
    heading === undefined ? otherwise : heading.findIndex((field) => field.startsWith(name));
  const size = (field: string | undefined): number | null =>
    bytesOf(field === undefined || !/^\d+$/.test(field) ? field : `${field} MiB`);
  return lines
    .filter((fields) => fields !== heading && fields.length >= 3 && fields[0] !== '')
    .map((fields) => ({
      name: (heading === undefined ? fields.slice(0, -2).join(', ') : fields[at('name', 0)]) ?? 'NVIDIA graphics',
      vendor: 'nvidia',
      ...known(
        size(fields.at(at('memory.total', -2))),
        heading === undefined || at('memory.free', -1) >= 0 ? size(fields.at(at('memory.free', -1))) : null,
        heading !== undefined && at('memory.used', -1) >= 0 ? size(fields[at('memory.used', -1)]) : null,
      ),
    }));
}

/** What nvidia-smi says instead of an answer; `[N/A]` and the like in a field are not among these. */
const troubles =
  /has failed because|Failed to initialize NVML|No devices were found|Unable to determine|version mismatch/i;

/** Cards from whatever nvidia-smi wrote: its report, its lines or its table. None where it wrote of its own trouble. */
export function parseNvidia(output: string): Gpu[] {
  if (output.includes('<nvidia_smi_log')) return inside(output, 'gpu').map(cardOf);
  if (troubles.test(output)) return [];
  return /MiB\s*\/\s*\d+MiB/.test(output) ? cardsInTable(output) : cardsInLines(output);
}

/** Why nvidia-smi gave no card, for a card the kernel knows all the same. */
export function nvidiaTrouble(output: string): Gpu['note'] {
  if (/version mismatch/i.test(output)) return 'driver_mismatch';
  return troubles.test(output) ? 'driver_not_running' : undefined;
}
