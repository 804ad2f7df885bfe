import type { Hardware } from '../../../shared/contract/types.ts';

type Holder = NonNullable<Hardware['gpus'][number]['holders']>[number];

const units: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `24564 MiB`. `N/A`, `[Insufficient Permissions]`, `ERR!` and whatever else is no size are null. */
export function bytesOf(field: string | null | undefined): number | null {
  const [, amount, unit] = /^(\d+)\s*([KMGT])i?B$/i.exec(field?.trim() ?? '') ?? [];
  return amount === undefined ? null : Number(amount) * (units[(unit ?? '').toLowerCase()] ?? 1);
}

/** The text of the first such element. The report holds no attribute but the card's address. */
export function between(report: string, element: string): string | null {
  const open = `<${element}>`;
  const start = report.indexOf(open);
  const end = start < 0 ? -1 : report.indexOf(`</${element}>`, start);
  const found = end < 0 ? '' : report.slice(start + open.length, end).trim();
  return found === '' ? null : found;
}

/** The contents of all such elements. Each character is looked at a fixed number of times, whatever the report is. */
export function inside(report: string, element: string): string[] {
  const [open, close] = [new RegExp(`<${element}(?: [^<>]{0,200})?>`, 'g'), `</${element}>`];
  const found: string[] = [];
  for (let begin = open.exec(report); begin !== null; begin = open.exec(report)) {
    const end = report.indexOf(close, open.lastIndex);
    if (end < 0) break;
    found.push(report.slice(open.lastIndex, end));
    open.lastIndex = end + close.length;
  }
  return found;
}

/** The last part of a path, of either kind of system; a command line's options are left out. */
const programOf = (path: string): string =>
  (path.split(/[\\/]/).at(-1) ?? path)
    .split(' ')[0]
    ?.replace(/[^\w.+-]/g, '')
    .slice(0, 40) ?? '';

/** Programs that hold a card's memory, largest first. Under WSL and on Windows the driver names none or no sizes. */
export function holdersFrom(processes: readonly string[]): Holder[] {
  return processes
    .map((process) => ({
      name: programOf(between(process, 'process_name') ?? ''),
      bytes: bytesOf(between(process, 'used_memory') ?? between(process, 'used_gpu_memory')) ?? 0,
    }))
    .filter(({ name, bytes }) => name !== '' && name !== 'NA' && bytes > 0)
    .sort((left, right) => right.bytes - left.bytes)
    .slice(0, 5);
}
