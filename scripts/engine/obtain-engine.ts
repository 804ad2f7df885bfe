/**
 * What `npm start`, `npm run setup` and `npm test` do about the engine: the one obtained before, an installed Ollama, the
 * official release, a build from source; in this order. `node scripts/engine/obtain-engine.ts` does it alone.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cachedEngine,
  engineVersion,
  fingerprintEngine,
  hereAndNow,
  isTooOld,
  stampFile,
  type SetupStamp,
} from '../../electron/engine/find/index.ts';
import { defaultProfile } from '../../electron/folders.ts';
import { howToTrust, identityOf } from './ask.ts';
import { buildEngine, whatBuildLacks } from './build.ts';
import type { Report } from './command.ts';
import { lookForInstalled, versionOf } from './installed.ts';
import { obtainRelease } from './release.ts';
import { inTurn } from './turn.ts';

interface ObtainedEngine {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
  /** `installed` was put there by somebody else. */
  readonly how: SetupStamp['how'] | 'installed';
  /** False: an installed one that nobody approved. It may not be run yet, by set-up neither. */
  readonly approved: boolean;
}

const binaryIn = (prefix: string): string =>
  join(prefix, 'bin', process.platform === 'win32' ? 'ollama.exe' : 'ollama');

async function readStamp(prefix: string): Promise<SetupStamp | null> {
  return readFile(join(prefix, stampFile), 'utf8').then(
    (text) => JSON.parse(text) as SetupStamp,
    () => null,
  );
}

/** Notes what lies in the cache and how it came there; the application trusts exactly this. */
async function stamp(prefix: string, how: SetupStamp['how']): Promise<ObtainedEngine> {
  const path = binaryIn(prefix);
  const engine = await fingerprintEngine(path);
  const version = await versionOf(engine);
  if (version === null || isTooOld(version)) throw new Error(`The engine in ${prefix} does not run.`);
  const sha256 = engine.binary.sha256;
  const note: SetupStamp = {
    version,
    sha256,
    companions: engine.companions,
    how,
    obtainedAt: new Date().toISOString(),
  };
  await writeFile(join(prefix, stampFile), `${JSON.stringify(note, null, 1)}\n`, { mode: 0o600 });
  return { path, version, sha256, how, approved: true };
}

/** The engine obtained before, if it still is what was put there. */
async function fromCache(prefix: string, report: Report): Promise<ObtainedEngine | null> {
  const path = binaryIn(prefix);
  const engine = await fingerprintEngine(path).catch(() => null);
  if (engine === null || engine.libraries.length === 0) return null;
  const note = await readStamp(prefix);
  if (note === null) {
    report(`Found an engine in ${prefix}; checking that it runs…`);
    return stamp(prefix, 'adopted').catch(() => null);
  }
  const { sha256 } = engine.binary;
  if (note.sha256 === sha256 && note.companions === engine.companions)
    return { path, version: note.version, sha256, how: note.how, approved: true };
  report(`The engine in ${prefix} is not what set-up put there any more; it is obtained again.`);
  return null;
}

/** An installed Ollama, unless the person does not want it. One that was not approved is shown, and how to approve it. */
async function installed(profile: string, report: Report): Promise<ObtainedEngine | null> {
  const found = await lookForInstalled(profile, report);
  if (found === null || found.standing === 'declined') return null;
  const { path, version, sha256 } = found;
  const approved = found.standing === 'approved';
  if (!approved) {
    report(identityOf(found));
    if (found.standing === 'changed') report('  It is not the one that you approved before.');
    report(`  It is not run until you approve it: ${howToTrust(path, profile)}`);
  }
  return { path, version, sha256, how: 'installed', approved };
}

async function released(prefix: string, work: string, report: Report): Promise<ObtainedEngine | string> {
  try {
    await obtainRelease({ prefix, work, report });
    return await stamp(prefix, 'release');
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function obtain(prefix: string, work: string, profile: string, report: Report): Promise<ObtainedEngine> {
  const cached = await fromCache(prefix, report);
  if (cached !== null) return cached;
  const found = await installed(profile, report);
  if (found !== null) return found;
  const release = await released(prefix, work, report);
  if (typeof release !== 'string') return release;
  report(`The official release of Ollama could not be had (${release}).`);
  const lacks = await whatBuildLacks(work);
  if (lacks !== null) {
    throw new Error(
      `There is no engine, its release could not be had (${release}), and it cannot be built here: ${lacks}. Install Ollama, then run the same command again.`,
    );
  }
  report('Building the engine instead; this is done once on a computer and can be interrupted.');
  await buildEngine({ prefix, work, report });
  return stamp(prefix, 'build');
}

interface ObtainOptions {
  readonly report: Report;
  /** Whose approvals count. */
  readonly profile?: string;
}

/** An engine that runs here. Whatever is done stays done, also when interrupted; every failure says the one thing to do. */
export async function obtainEngine({ report, profile = defaultProfile() }: ObtainOptions): Promise<ObtainedEngine> {
  const prefix = cachedEngine(hereAndNow());
  const ready = await fromCache(prefix, report);
  if (ready !== null) return ready;
  const work = `${prefix}.work`;
  await mkdir(work, { recursive: true, mode: 0o700 });
  const engine = await inTurn(join(work, 'turn'), report, () => obtain(prefix, work, profile, report));
  if (engine.how !== 'installed') {
    report(`The engine is ready: Ollama ${engine.version} (${engine.how}), SHA-256 ${engine.sha256}.`);
    // Sources and objects weigh a gigabyte and are of no further use.
    await rm(work, { recursive: true, force: true });
  }
  return engine;
}

if (process.argv[1] === import.meta.filename) {
  const report: Report = (line) => void process.stderr.write(`${line}\n`);
  try {
    const { path, version } = await obtainEngine({ report });
    process.stdout.write(`${JSON.stringify({ path, version, wanted: engineVersion })}\n`);
  } catch (thrown) {
    report(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
  }
}
