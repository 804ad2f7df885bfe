import type { Hardware } from '../../../shared/contract/types.ts';

export type Gpu = Hardware['gpus'][number];

export const nvidiaQuery = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader,nounits'];

const mebibyte = 1024 * 1024;

/** nvidia-smi writes `[N/A]` or `[Insufficient Permissions]` where it does not know. */
const bytesOf = (field: string | undefined): number | null =>
  field !== undefined && /^\d+$/.test(field) ? Number(field) * mebibyte : null;

/** `NVIDIA GeForce RTX 4090, 24564, 23028`, one line a card, MiB. */
export function parseNvidia(output: string): Gpu[] {
  return output
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length >= 3 && fields[0] !== '')
    .map((fields) => ({
      name: fields.slice(0, -2).join(', '),
      vendor: 'nvidia',
      totalBytes: bytesOf(fields.at(-2)),
      freeBytes: bytesOf(fields.at(-1)),
    }));
}
