import type { Hardware } from '../../../shared/contract/types.ts';

/** What a model may take, after what must stay free. Bytes. */
export interface Free {
  /** Each card's part, largest first. */
  readonly cards: readonly number[];
  /** All cards together. */
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
/** What the engine itself leaves free on each card when it decides how much of a model goes there (`--fit-target`). */
const cardReserve = 1024 * mebibyte;
/** The system, Cloister and its window. */
const systemReserve = 1536 * mebibyte;

/** macOS lets the graphics card wire this part of the memory (`recommendedMaxWorkingSetSize`), more of a large one. */
const appleShare = (totalBytes: number): number => (totalBytes > 36 * 1024 ** 3 ? 0.75 : 0.67);

type Gpu = Hardware['gpus'][number];

const isCounted = (gpu: Gpu): gpu is Gpu & { freeBytes: number } =>
  gpu.freeBytes !== null && gpu.vendor !== 'apple' && gpu.shared !== true;

const ownMemory = (hardware: Hardware): number =>
  Math.max(0, Math.min(hardware.memory.freeBytes, hardware.memory.totalBytes - systemReserve));

export function freeOn(hardware: Hardware): Free {
  const memory = ownMemory(hardware);
  const apple = hardware.gpus.find((gpu) => gpu.vendor === 'apple');
  if (apple !== undefined) {
    const gpu = Math.min(memory, hardware.memory.totalBytes * appleShare(hardware.memory.totalBytes));
    return { cards: [gpu], gpu, memory, shared: true, card: apple.name, unknownCards: [] };
  }
  const unified = hardware.gpus.find((gpu) => gpu.vendor === 'nvidia' && gpu.shared === true);
  // The engine counts the computer's free memory as that of such a card (GB10, Jetson).
  if (unified !== undefined)
    return { cards: [memory], gpu: memory, memory, shared: true, card: unified.name, unknownCards: [] };
  const counted = hardware.gpus.filter(isCounted);
  const unknownCards = hardware.gpus.filter((gpu) => !isCounted(gpu) && gpu.shared !== true).map((gpu) => gpu.name);
  const cards = counted
    .map(({ freeBytes }) => Math.max(0, freeBytes - cardReserve))
    .sort((left, right) => right - left);
  const [first] = counted;
  return {
    cards,
    gpu: cards.reduce((sum, each) => sum + each, 0),
    memory,
    shared: false,
    card: counted.length > 1 ? `${counted.length} graphics cards` : (first?.name ?? null),
    unknownCards,
  };
}

/** A model in memory, as the engine reports it. Bytes. */
export interface Loaded {
  readonly name: string;
  readonly bytes: number;
  readonly gpuBytes: number;
}

/** The same computer when these models are unloaded: what the engine gives back is free for the next one. */
export function withoutLoaded(hardware: Hardware, loaded: readonly Loaded[]): Hardware {
  const onCards = loaded.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0);
  const inMemory = loaded.reduce((sum, { bytes, gpuBytes }) => sum + Math.max(0, bytes - gpuBytes), 0);
  const isShared = hardware.gpus.some(
    ({ vendor, shared }) => vendor === 'apple' || (vendor === 'nvidia' && shared === true),
  );
  const { totalBytes, freeBytes } = hardware.memory;
  const back = inMemory + (isShared ? onCards : 0);
  return {
    ...hardware,
    memory: { ...hardware.memory, freeBytes: Math.min(totalBytes, freeBytes + back) },
    gpus: giveBack(hardware.gpus, isShared ? 0 : onCards),
  };
}

/** The engine does not say on which card a model lies: the fullest card gets its memory back first. */
function giveBack(gpus: readonly Gpu[], bytes: number): Gpu[] {
  const used = (gpu: Gpu): number => (gpu.totalBytes ?? 0) - (gpu.freeBytes ?? gpu.totalBytes ?? 0);
  let left = bytes;
  const changed = new Map<Gpu, Gpu>();
  for (const gpu of [...gpus].sort((one, other) => used(other) - used(one))) {
    const back = Math.min(left, used(gpu));
    left -= back;
    changed.set(gpu, gpu.freeBytes === null ? gpu : { ...gpu, freeBytes: gpu.freeBytes + back });
  }
  return gpus.map((gpu) => changed.get(gpu) ?? gpu);
}
