import type { Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';

/** One line of the table: a model that is here, one that could be, or both. */
export interface ModelRow {
  readonly name: string;
  readonly title: string;
  readonly installed: InstalledModel | null;
  readonly candidate: Candidate | null;
}

const bare = (name: string): string => name.replace(/:latest$/, '');

/**
 * Installed models first, then what could be added, best place first. An installed one is judged by its own header
 * (`fits`); the catalogue gives its title and licence.
 */
export function rowsOf(
  installed: readonly InstalledModel[],
  candidates: readonly Candidate[],
  fits: readonly Candidate[] = [],
): ModelRow[] {
  const byName = new Map(candidates.map((candidate) => [bare(candidate.name), candidate]));
  const own = new Map(fits.map((candidate) => [bare(candidate.name), candidate]));
  const here = installed.map((model) => {
    const name = bare(model.name);
    const listed = byName.get(name) ?? null;
    const found = own.get(name);
    const candidate =
      found === undefined ? listed : { ...found, title: listed?.title ?? '', licence: listed?.licence ?? '' };
    return { name, title: listed?.title ?? '', installed: model, candidate };
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

/** Memory that leaves a computer room for other work, and processors time for more than one answer a minute. Bytes. */
const modest = 6e9;

/** A model to begin with: one for the graphics card, else a modest one; of those that fit, the largest. */
export function exampleOf(candidates: readonly Candidate[]): string {
  const fitting = candidates.filter(({ fits }) => fits !== 'no');
  const found =
    fitting.find(({ fits }) => fits === 'gpu') ?? fitting.find((one) => needOf(one) < modest) ?? fitting.at(-1);
  return found?.name ?? 'qwen3:1.7b';
}

export const needOf = (candidate: Candidate): number =>
  candidate.needs.weights + candidate.needs.kv + candidate.needs.overhead;
