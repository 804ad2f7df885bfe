import type { Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';

/** One line of the table: a model that is here, one that could be, or both. */
export interface ModelRow {
  readonly name: string;
  readonly title: string;
  readonly installed: InstalledModel | null;
  readonly candidate: Candidate | null;
}

const bare = (name: string): string => name.replace(/:latest$/, '');

/** Installed models first, then what could be added, by need of memory. */
export function rowsOf(installed: readonly InstalledModel[], candidates: readonly Candidate[]): ModelRow[] {
  const byName = new Map(candidates.map((candidate) => [bare(candidate.name), candidate]));
  const here = installed.map((model) => {
    const candidate = byName.get(bare(model.name)) ?? null;
    return { name: bare(model.name), title: candidate?.title ?? '', installed: model, candidate };
  });
  const taken = new Set(here.map((row) => row.name));
  const others = candidates
    .filter((candidate) => !taken.has(bare(candidate.name)))
    .map((candidate) => ({ name: bare(candidate.name), title: candidate.title, installed: null, candidate }));
  return [...here, ...others];
}

/** The memory a model would be loaded into: the largest graphics card with known memory, else the main memory. */
export function freeMemory(hardware: Hardware): number {
  const cards = hardware.gpus.map((gpu) => gpu.freeBytes ?? 0);
  const best = Math.max(0, ...cards);
  return best > 0 ? best : hardware.memory.freeBytes;
}

export interface Bar {
  readonly weights: number;
  readonly kv: number;
  readonly overhead: number;
  /** Where the free memory ends; 100 when everything fits. */
  readonly free: number;
}

/** Shares of the free memory in per cent. What does not fit fills the bar, with a mark where the free memory ends. */
export function barOf(needs: Candidate['needs'], free: number): Bar {
  const total = needs.weights + needs.kv + needs.overhead;
  const scale = 100 / Math.max(free, total, 1);
  return {
    weights: needs.weights * scale,
    kv: needs.kv * scale,
    overhead: needs.overhead * scale,
    free: Math.min(100, free * scale),
  };
}

export const needOf = (candidate: Candidate): number =>
  candidate.needs.weights + candidate.needs.kv + candidate.needs.overhead;
