import type { Candidate, EngineStatus, Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import type { ModelFit } from './fits.ts';
import { bare } from './store.ts';

/** One line of the table: a model that is here, one that could be, or both. */
export interface ModelRow {
  readonly name: string;
  readonly title: string;
  readonly installed: InstalledModel | null;
  readonly candidate: Candidate | null;
}

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

/** The name by which the application knows it. */
export const fullName = ({ name, installed, candidate }: ModelRow): string =>
  installed?.name ?? candidate?.name ?? name;

/**
 * The memory a model would be loaded into: the largest graphics card with known memory, else the main memory. The models
 * that are loaded now would be let go of.
 */
export function freeMemory({ gpus, memory }: Hardware, loaded: EngineStatus['loaded'] = []): number {
  const card = Math.max(0, ...gpus.map((gpu) => gpu.freeBytes ?? 0));
  const held = (of: 'bytes' | 'gpuBytes') => loaded.reduce((sum, model) => sum + model[of], 0);
  if (card === 0) return Math.min(memory.totalBytes, memory.freeBytes + held('bytes'));
  return Math.min(Math.max(0, ...gpus.map((gpu) => gpu.totalBytes ?? 0)), card + held('gpuBytes'));
}

/** What a model needs and what there is for it, with one length of context. Bytes and tokens. */
export interface Meter {
  readonly needs: Candidate['needs'];
  readonly free: number;
  readonly fits: Candidate['fits'];
  readonly reason: string;
  readonly tokensPerSecond: number | null;
  /** Null while only the estimate of the list is known. */
  readonly largest: number | null | undefined;
  readonly made: number;
}

/** `free` is where the card ends for a model that is divided between card and memory. */
export function meterOf(row: ModelRow, fit: ModelFit | undefined, card: number): Meter | null {
  if (fit !== undefined) {
    const { needs, fits, reason, tokensPerSecond, largestContext: largest, modelContext: made } = fit;
    return { needs, fits, reason, tokensPerSecond, largest, made, free: fits === 'split' ? card : fit.free };
  }
  if (row.candidate === null) return null;
  const { needs, fits, reason, tokensPerSecond, context: made } = row.candidate;
  return { needs, fits, reason, tokensPerSecond, made, largest: undefined, free: card };
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
  const total = totalOf(needs);
  const scale = 100 / Math.max(free, total, 1);
  return {
    weights: needs.weights * scale,
    kv: needs.kv * scale,
    overhead: needs.overhead * scale,
    free: Math.min(100, free * scale),
  };
}

const roles = ['small', 'balanced', 'best'] as const;

/** What is proposed for this computer, the smallest first. */
export const proposalsOf = (candidates: readonly Candidate[]): readonly Candidate[] =>
  roles.flatMap((role) => candidates.find((one) => one.role === role) ?? []);

/** A model to begin with: the balanced one of what is proposed, or the only one. */
export const exampleOf = (candidates: readonly Candidate[]): string =>
  (candidates.find(({ role }) => role === 'balanced') ?? proposalsOf(candidates)[0])?.name ?? 'qwen3:1.7b';

export const totalOf = ({ weights, kv, overhead }: Candidate['needs']): number => weights + kv + overhead;
