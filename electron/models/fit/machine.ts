import { createHash } from 'node:crypto';
import type { Hardware } from '../../../shared/contract/types.ts';

/** A short name for this computer, so that what another one taught is not used: a profile may be carried. Says nothing itself. */
export function machineOf({ cpu, memory, gpus }: Hardware): string {
  const parts = [
    cpu.model,
    cpu.cores,
    memory.totalBytes,
    ...gpus.flatMap(({ name, totalBytes }) => [name, totalBytes]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
