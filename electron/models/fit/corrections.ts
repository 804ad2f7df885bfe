import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheType } from '../../../shared/contract/cache-type.ts';
import type { CacheType } from '../../../shared/contract/types.ts';
import { writeAtomically } from '../store/files.ts';
import { totalNeeds, type Needs } from './estimate.ts';

/** What a report is about: the same weights take something else on another computer, on a card, or with another cache. */
export interface Load {
  readonly digest: string;
  readonly contextTokens: number;
  /** Which computer; see `machineOf`. */
  readonly machine: string;
  readonly onCard: boolean;
  readonly cacheType: CacheType;
}

/** What the engine took over what was expected, the last reports of one kind of load. */
const entry = z.strictObject({
  digest: z.string().regex(/^(?:sha256:)?[0-9a-f]{64}$/),
  contextTokens: z.number().int().min(1),
  machine: z.string().max(64),
  onCard: z.boolean(),
  cacheType,
  factors: z.array(z.number()).min(1).max(5),
});
const file = z.strictObject({ version: z.literal(2), models: z.array(entry).max(256) });
type Entry = z.infer<typeof entry>;

/** A correction never makes an estimate smaller or larger than by these. */
const bounds = { least: 0.9, most: 1.5 } as const;
/** Nor by these while a single load spoke: it may have met something that no other will. */
const alone = { least: 0.97, most: 1.1 } as const;
/** Outside of these the report is about something else, and is not believed at all. */
const believable = { least: 0.5, most: 2 } as const;
/** Differences below a per cent are not worth a write. */
const noticeable = 0.01;
const kept = 256;
const reportsKept = 5;
/** A longer file is none of ours. Bytes. */
const fileBytes = 1024 * 1024;

const clamped = (factor: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.min(most, Math.max(least, factor));

/** The median, so that one wild load among others moves nothing; of two in the middle the one that changes less. */
function factorOf(factors: readonly number[]): number {
  const [only = 1] = factors;
  if (factors.length < 2) return clamped(only, alone);
  const sorted = [...factors].sort((left, right) => left - right);
  const [low = 1, high = 1] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return clamped(Math.abs(low - 1) < Math.abs(high - 1) ? low : high, bounds);
}

export interface Corrections {
  apply(needs: Needs, load: Load): Promise<Needs>;
  /** `reported`: bytes that the engine took, all buffers together. True when something new was learned. */
  learn(expected: Needs, reported: number, load: Load): Promise<boolean>;
}

/**
 * What this computer's engine taught about its own needs, in `fit.json` of the profile: a hint, never trusted further than the
 * bounds above. A damaged file counts as none.
 */
export function createCorrections(profile: string): Corrections {
  const path = join(profile, 'fit.json');
  let entries: Promise<readonly Entry[]> | null = null;
  const read = (): Promise<readonly Entry[]> =>
    (entries ??= readFile(path, 'utf8').then(
      (text) => parse(text),
      () => [],
    ));

  return {
    async apply(needs, load) {
      const known = (await read()).filter((each) => isSameKind(each, load));
      const nearest = known.reduce<Entry | null>((best, each) => closer(best, each, load.contextTokens), null);
      return nearest === null ? needs : scaled(needs, factorOf(nearest.factors));
    },
    async learn(expected, reported, load) {
      const factor = reported / totalNeeds(expected);
      if (!(factor >= believable.least && factor <= believable.most)) return false;
      const all = await read();
      const earlier = all.find((each) => isSameKind(each, load) && each.contextTokens === load.contextTokens);
      if (earlier === undefined && Math.abs(factor - 1) < noticeable) return false;
      const factors = [...(earlier?.factors ?? []), factor].slice(-reportsKept);
      // Reports that all say the same are not written each time.
      if (earlier !== undefined && earlier.factors.length > 1 && factors.every((each) => isNear(each, factor)))
        return false;
      const { digest, contextTokens, machine, onCard, cacheType: kind } = load;
      const added = { digest, contextTokens, machine, onCard, cacheType: kind, factors };
      const next = [...all.filter((each) => each !== earlier), added].slice(-kept);
      entries = Promise.resolve(next);
      await mkdir(profile, { recursive: true, mode: 0o700 });
      await writeAtomically(path, `${JSON.stringify({ version: 2, models: next })}\n`);
      return true;
    },
  };
}

const isNear = (one: number, other: number): boolean => Math.abs(one - other) < noticeable;

function parse(text: string): readonly Entry[] {
  if (text.length > fileBytes) return [];
  try {
    const read = file.safeParse(JSON.parse(text));
    return read.success ? read.data.models : [];
  } catch {
    return [];
  }
}

const isSameKind = (each: Entry, load: Load): boolean =>
  each.digest === load.digest &&
  each.machine === load.machine &&
  each.onCard === load.onCard &&
  each.cacheType === load.cacheType;

const closer = (best: Entry | null, each: Entry, contextTokens: number): Entry =>
  best === null || Math.abs(each.contextTokens - contextTokens) < Math.abs(best.contextTokens - contextTokens)
    ? each
    : best;

/** The weights are known to the byte: what differs is what the engine adds to them. */
function scaled(needs: Needs, factor: number): Needs {
  const total = totalNeeds(needs);
  return { ...needs, overhead: Math.max(0, Math.round(needs.overhead + total * (factor - 1))) };
}
