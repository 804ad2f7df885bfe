/** An Ollama that somebody else installed: found and shown; run only once the person approved exactly it. */
import { memoryOf } from '../../electron/engine/approval.ts';
import { probeCage } from '../../electron/engine/cage/probe.ts';
import {
  existingPlaces,
  fingerprintEngine,
  hereAndNow,
  isTooOld,
  placesToLook,
  TrustFile,
  type Fingerprint,
  type TrustedEngine,
} from '../../electron/engine/find/index.ts';
import { readVersion } from '../../electron/engine/read-version.ts';
import { prepareProfile } from '../../electron/vault/profile/prepare.ts';
import type { Report } from './command.ts';

export interface InstalledEngine {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
  /** What the person said to it as it is now. `changed`: it was approved once and is another today. */
  readonly standing: 'approved' | 'declined' | 'unknown' | 'changed';
  /** As it is remembered once the person has answered. */
  readonly memory: TrustedEngine;
}

const approvedIn = (profile: string): TrustFile => new TrustFile(profile);
const declinedIn = (profile: string): TrustFile => new TrustFile(profile, 'engine-declined.json');

/** Runs a binary with `--version`, in the cage where there is one. */
export async function versionOf(engine: Fingerprint): Promise<string | null> {
  const runtime = { node: process.execPath, keeper: import.meta.filename };
  return readVersion(await probeCage(runtime), runtime, engine);
}

const isSame = (known: TrustedEngine | undefined, { binary, companions }: Fingerprint): boolean =>
  known?.sha256 === binary.sha256 && known.companions === companions;

function standingOf(
  engine: Fingerprint,
  approved: TrustedEngine | undefined,
  declined: TrustedEngine | undefined,
): InstalledEngine['standing'] {
  if (isSame(approved, engine)) return 'approved';
  if (isSame(declined, engine)) return 'declined';
  return approved === undefined ? 'unknown' : 'changed';
}

/** The first installed Ollama that is new enough to be used. What did not change since an answer is not read again. */
export async function lookForInstalled(profile: string, report: Report): Promise<InstalledEngine | null> {
  const places = placesToLook(hereAndNow()).filter((place) => place.source === 'installed');
  const [allApproved, allDeclined] = [await approvedIn(profile).read(), await declinedIn(profile).read()];
  for (const { path } of await existingPlaces(places)) {
    const [approved, declined] = [allApproved, allDeclined].map((list) => list.find((known) => known.path === path));
    const engine = await fingerprintEngine(path, approved?.files ?? declined?.files).catch(() => null);
    if (engine === null) continue;
    const known = [approved, declined].find((each) => isSame(each, engine));
    const version = known?.version ?? (await versionOf(engine));
    if (version === null) continue;
    if (isTooOld(version)) {
      report(`Ollama ${version} at ${path} is too old and is left alone.`);
      continue;
    }
    const memory = memoryOf({ path, version, fingerprint: engine, by: 'user' });
    return { path, version, sha256: memory.sha256, standing: standingOf(engine, approved, declined), memory };
  }
  return null;
}

/** Remembers exactly what was shown: should the file be another by now, the application finds it changed. */
export async function approve(profile: string, { memory }: InstalledEngine): Promise<void> {
  await prepareProfile(profile);
  await approvedIn(profile).remember(memory);
}

/** What was approved of it before is forgotten: it would stand in the way as a changed engine. */
export async function decline(profile: string, { memory }: InstalledEngine): Promise<void> {
  await prepareProfile(profile);
  await declinedIn(profile).remember(memory);
  await approvedIn(profile).forget(memory.path);
}
