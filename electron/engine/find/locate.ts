import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../../shared/contract/common.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { fingerprintEngine, type Fingerprint } from './fingerprint.ts';
import { cachedEngine, existingPlaces, hereAndNow, placesToLook, type EngineSource, type Place } from './places.ts';
import { decideTrust, type SetupStamp, type Trust, type TrustedEngine } from './trust.ts';
import type { TrustFile } from './trust-file.ts';
import { isTooOld, lowestVersion, missingFixes } from './version.ts';

export interface FoundEngine {
  readonly source: EngineSource;
  readonly path: string;
  readonly version: string;
  readonly fingerprint: Fingerprint;
  readonly trust: Trust;
  readonly by: TrustedEngine['by'];
}

export interface EnginePolicy {
  /** The only engine that may be used. */
  readonly path: string;
  /** SHA-256 of the binary; any other is refused and cannot be approved by the person. */
  readonly sha256?: string | undefined;
}

interface Search {
  readonly trustFile: Pick<TrustFile, 'read'>;
  readonly policy?: EnginePolicy | undefined;
  /** Runs the binary, caged where that is possible, with `--version`. */
  readonly readVersion: (fingerprint: Fingerprint) => Promise<string | null>;
  readonly places?: readonly Place[] | undefined;
}

const stampSchema = z.strictObject({
  version: z.string(),
  sha256,
  companions: sha256,
  how: z.enum(['release', 'build', 'adopted']),
  obtainedAt: z.string(),
});

export const stampFile = 'engine.json';

/** What set-up says it put there, or nothing. */
async function readStamp(prefix: string): Promise<SetupStamp | undefined> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(join(prefix, stampFile), 'utf8')));
  } catch {
    return undefined;
  }
}

async function inspect(
  place: Place,
  search: Search,
  remembered: readonly TrustedEngine[],
): Promise<FoundEngine | null> {
  const earlier = remembered.find((engine) => engine.path === place.path);
  const fingerprint = await fingerprintEngine(place.path, earlier?.files ?? []);
  const hashes = { sha256: fingerprint.binary.sha256, companions: fingerprint.companions };
  const unchanged = earlier?.sha256 === hashes.sha256 && earlier.companions === hashes.companions;
  const version = unchanged ? earlier.version : await search.readVersion(fingerprint);
  if (version === null) return null;
  const prefix = dirname(dirname(place.path));
  const stamp = prefix === cachedEngine(hereAndNow()) ? await readStamp(prefix) : undefined;
  const decided = decideTrust({ ...place, ...hashes }, earlier, { stamp, policy: search.policy });
  return { ...place, version, fingerprint, ...decided };
}

const tooOld = (engine: FoundEngine): CloisterError =>
  new CloisterError(
    'engine_too_old',
    `Ollama ${engine.version} is too old: it lacks the fixes for ${missingFixes(engine.version).join(', ')}. ` +
      `Install ${lowestVersion} or newer.`,
    { detail: { version: engine.version, lowest: lowestVersion, lacks: missingFixes(engine.version).join(', ') } },
  );

const missing = (): CloisterError =>
  new CloisterError('engine_missing', 'No engine was found. Run: npm run setup (or install Ollama).');

/**
 * The first usable engine, in order: what is trusted, the one set-up obtained, an installed Ollama. One that is too old
 * is passed over when a later one will do. Throws `engine_missing`, `engine_too_old`.
 */
export async function findEngine(search: Search): Promise<FoundEngine> {
  const remembered = await search.trustFile.read();
  const places = search.policy
    ? [{ source: 'trusted' as const, path: search.policy.path }]
    : (search.places ??
      placesToLook(
        hereAndNow(),
        remembered.map((engine) => engine.path),
      ));
  let old: FoundEngine | null = null;
  for (const place of await existingPlaces(places)) {
    const found = await inspect(place, search, remembered);
    if (found === null) continue;
    if (!isTooOld(found.version)) return found;
    old ??= found;
  }
  throw old === null ? missing() : tooOld(old);
}
