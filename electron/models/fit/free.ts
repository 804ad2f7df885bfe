import type { Hardware } from '../../../shared/contract/types.ts';

/** What a model may take, after what must stay free. Bytes. */
export interface Free {
  readonly gpu: number;
  readonly memory: number;
  /** Graphics card and processor draw from one pool. */
  readonly shared: boolean;
  /** How people know the card; null without one that counts. */
  readonly card: string | null;
  /** Cards whose free memory nobody tells; they are not counted. */
  readonly unknownCards: readonly string[];
}

const mebibyte = 1024 * 1024;
/** The driver's own context and fragmentation, for each card. */
const cardReserve = 400 * mebibyte;
/** The system, Cloister and its window. */
const systemReserve = 1536 * mebibyte;
/** macOS lets the graphics card wire about this part of the memory (`recommendedMaxWorkingSetSize`). */
const appleShare = 0.67;

type Gpu = Hardware['gpus'][number];

const isCounted = (gpu: Gpu): gpu is Gpu & { freeBytes: number } => gpu.freeBytes !== null && gpu.vendor !== 'apple';

const ownMemory = (hardware: Hardware): number =>
  Math.max(0, Math.min(hardware.memory.freeBytes, hardware.memory.totalBytes - systemReserve));

export function freeOn(hardware: Hardware): Free {
  const memory = ownMemory(hardware);
  const apple = hardware.gpus.find((gpu) => gpu.vendor === 'apple');
  if (apple !== undefined) {
    const gpu = Math.min(memory, hardware.memory.totalBytes * appleShare);
    return { gpu, memory, shared: true, card: apple.name, unknownCards: [] };
  }
  const counted = hardware.gpus.filter(isCounted);
  const unknownCards = hardware.gpus.filter((gpu) => !isCounted(gpu)).map((gpu) => gpu.name);
  const gpu = counted.reduce((sum, each) => sum + Math.max(0, each.freeBytes - cardReserve), 0);
  const [first] = counted;
  const card = counted.length > 1 ? `${counted.length} graphics cards` : (first?.name ?? null);
  return { gpu, memory, shared: false, card, unknownCards };
}
