import type { Hardware } from '../../../shared/contract/types.ts';
import { bytesOf, between, holdersFrom, inside } from './nvidia-fields.ts';

export type Gpu = Hardware['gpus'][number];

/** Everything the driver knows, in a form that no version since 2012 has changed in what is read here. */
export const nvidiaReport = ['-q', '-x'];

/** The short form, where the report is refused: without the slices of a divided card. */
export const nvidiaQuery = [
  '--query-gpu=name,memory.total,memory.free,mig.mode.current',
  '--format=csv,noheader,nounits',
];

/** For drivers that know nothing of divided cards. */
export const nvidiaOldQuery = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];

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

/** These have no memory of their own: GB10, and Jetson's. Of another card that does not tell, nothing is known. */
const unified = /\b(?:GB10|Jetson|Orin|Thor|Xavier|Tegra)\b/i;

/** What is said of a card that does not tell its memory. */
const untold = (name: string): Partial<Gpu> => (unified.test(name) ? { shared: true } : { note: 'memory_not_told' });

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
    ...(own.freeBytes === null ? untold(name) : {}),
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

/** A size, or one of the ways to say that there is none to tell. */
const isSize = (field: string): boolean =>
  /^(?:\d+(?: [KMGT]i?B)?|\[[^\]]*\]|N\/A|ERR!|Unknown Error|Not Supported)$/i.test(field);
const size = (field: string | undefined): number | null =>
  bytesOf(field === undefined || !/^\d+$/.test(field) ? field : `${field} MiB`);

interface LineFields {
  readonly name: string;
  readonly total: string | undefined;
  readonly free: string | undefined;
  readonly used?: string | undefined;
  readonly mig?: string | undefined;
}

/** Without a heading: a name, which may hold commas, two sizes, and since 2020 whether the card is divided. */
function bareFields(fields: readonly string[]): LineFields {
  const last = fields.at(-1) ?? '';
  const hasMig =
    fields.length >= 4 && /^(?:enabled|disabled|\[?n\/a\]?)$/i.test(last) && fields.slice(-3, -1).every(isSize);
  const rest = hasMig ? fields.slice(0, -1) : fields;
  return { name: rest.slice(0, -2).join(', '), total: rest.at(-2), free: rest.at(-1), mig: hasMig ? last : undefined };
}

function headedFields(fields: readonly string[], heading: readonly string[]): LineFields {
  const of = (name: string): string | undefined => {
    const at = heading.findIndex((field) => field.startsWith(name));
    return at < 0 ? undefined : fields[at];
  };
  const name = of('name') ?? of('gpu_name') ?? 'NVIDIA graphics';
  return {
    name,
    total: of('memory.total'),
    free: of('memory.free'),
    used: of('memory.used'),
    mig: of('mig.mode.current'),
  };
}

/** `NVIDIA GeForce RTX 4090, 24564, 23028, [N/A]`, one line a card, MiB, or with a line of headings and units. */
function cardsInLines(output: string): Gpu[] {
  const lines = output.split(/\r?\n/).map((line) => line.split(',').map((field) => field.trim()));
  const heading = lines.find((fields) => fields.some((field) => /^memory\.total/.test(field)));
  return lines
    .filter((fields) => fields !== heading && fields.length >= 3 && fields[0] !== '')
    .map((fields) => (heading === undefined ? bareFields(fields) : headedFields(fields, heading)))
    .filter(({ total }) => total !== undefined && isSize(total))
    .slice(0, mostCards)
    .map(({ name, total, free, used, mig }) => {
      const memory = known(size(total), size(free), size(used));
      // Which of its slices this account sees, and what is free there, the lines do not say.
      if (/^enabled$/i.test(mig ?? ''))
        return { name, vendor: 'nvidia', ...memory, freeBytes: null, note: 'memory_not_told' };
      return { name, vendor: 'nvidia', ...memory, ...(memory.freeBytes === null ? untold(name) : {}) };
    });
}

/** More than any computer has; what writes of more is no driver. */
const mostCards = 64;

/** What nvidia-smi says instead of an answer; `[N/A]` and the like in a field are not among these. */
const troubles =
  /has failed because|Failed to initialize NVML|No devices were found|Unable to determine|version mismatch|GPU is lost|couldn't communicate|not a valid field/i;

/** Cards from whatever nvidia-smi wrote: its report, its lines or its table. None where it wrote of its own trouble. */
export function parseNvidia(output: string): Gpu[] {
  if (output.includes('<nvidia_smi_log')) return inside(output, 'gpu').slice(0, mostCards).map(cardOf);
  if (troubles.test(output)) return [];
  return /MiB\s*\/\s*\d+MiB/.test(output) ? cardsInTable(output) : cardsInLines(output);
}

/** Why nvidia-smi gave no card, for a card the kernel knows all the same. */
export function nvidiaTrouble(output: string): Gpu['note'] {
  if (/version mismatch/i.test(output)) return 'driver_mismatch';
  return troubles.test(output) ? 'driver_not_running' : undefined;
}
