import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../store/files.ts';
import { totalNeeds, type Needs } from './estimate.ts';

/** What the engine took of one model with one context, over what was expected. */
const entry = z.strictObject({
  digest: z.string().regex(/^(?:sha256:)?[0-9a-f]{64}$/),
  contextTokens: z.number().int().min(1),
  factor: z.number(),
});
const file = z.strictObject({ version: z.literal(1), models: z.array(entry).max(256) });
type Entry = z.infer<typeof entry>;

/** A correction never makes an estimate smaller or larger than by these. */
const bounds = { least: 0.9, most: 1.5 } as const;
/** Outside of these the report is about something else, and is not believed at all. */
const believable = { least: 0.5, most: 2 } as const;
/** Differences below a per cent are not worth a write. */
const noticeable = 0.01;
const kept = 256;

const within = (factor: number): number => Math.min(bounds.most, Math.max(bounds.least, factor));

export interface Corrections {
  apply(needs: Needs, digest: string, contextTokens: number): Promise<Needs>;
  /** `reported`: bytes that the engine took, all buffers together. True when something new was learned. */
  learn(expected: Needs, reported: number, digest: string, contextTokens: number): Promise<boolean>;
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
    async apply(needs, digest, contextTokens) {
      const known = (await read()).filter((each) => each.digest === digest);
      const nearest = known.reduce<Entry | null>((best, each) => closer(best, each, contextTokens), null);
      return nearest === null ? needs : scaled(needs, within(nearest.factor));
    },
    async learn(expected, reported, digest, contextTokens) {
      const factor = reported / totalNeeds(expected);
      if (!(factor >= believable.least && factor <= believable.most)) return false;
      const all = await read();
      const earlier = all.find((each) => each.digest === digest && each.contextTokens === contextTokens);
      if (Math.abs((earlier?.factor ?? 1) - factor) < noticeable) return false;
      const next = [...all.filter((each) => each !== earlier), { digest, contextTokens, factor }].slice(-kept);
      entries = Promise.resolve(next);
      await mkdir(profile, { recursive: true, mode: 0o700 });
      await writeAtomically(path, `${JSON.stringify({ version: 1, models: next })}\n`);
      return true;
    },
  };
}

function parse(text: string): readonly Entry[] {
  try {
    const read = file.safeParse(JSON.parse(text));
    return read.success ? read.data.models : [];
  } catch {
    return [];
  }
}

const closer = (best: Entry | null, each: Entry, contextTokens: number): Entry =>
  best === null || Math.abs(each.contextTokens - contextTokens) < Math.abs(best.contextTokens - contextTokens)
    ? each
    : best;

/** The weights are known to the byte: what differs is what the engine adds to them. */
function scaled(needs: Needs, factor: number): Needs {
  const total = totalNeeds(needs);
  return { ...needs, overhead: Math.max(0, Math.round(needs.overhead + total * (factor - 1))) };
}
