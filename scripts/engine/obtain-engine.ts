/**
 * What `npm start`, `npm run setup` and `npm test` do about the engine: the one obtained before, an installed Ollama, the
 * official release, a build from source; in this order. `node scripts/engine/obtain-engine.ts` does it alone.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeCage } from '../../electron/engine/cage/probe.ts';
import {
  cachedEngine,
  engineVersion,
  existingPlaces,
  fingerprintEngine,
  hereAndNow,
  isTooOld,
  placesToLook,
  stampFile,
  type Fingerprint,
  type SetupStamp,
} from '../../electron/engine/find/index.ts';
import { readVersion } from '../../electron/engine/read-version.ts';
import { buildEngine, whatBuildLacks } from './build.ts';
import type { Report } from './command.ts';
import { obtainRelease } from './release.ts';
import { inTurn } from './turn.ts';

interface ObtainedEngine {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
  /** `installed` was put there by somebody else: the application asks before it runs it. */
  readonly how: SetupStamp['how'] | 'installed';
}

const binaryIn = (prefix: string): string =>
  join(prefix, 'bin', process.platform === 'win32' ? 'ollama.exe' : 'ollama');

/** Runs a binary with `--version`, in the cage where there is one. */
async function versionOf(engine: Fingerprint): Promise<string | null> {
  const runtime = { node: process.execPath, keeper: import.meta.filename };
  return readVersion(await probeCage(runtime), runtime, engine);
}

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
  return { path, version, sha256, how };
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
    return { path, version: note.version, sha256, how: note.how };
  report(`The engine in ${prefix} is not what set-up put there any more; it is obtained again.`);
  return null;
}

async function installed(report: Report): Promise<ObtainedEngine | null> {
  const places = placesToLook(hereAndNow()).filter((place) => place.source === 'installed');
  for (const { path } of await existingPlaces(places)) {
    const engine = await fingerprintEngine(path).catch(() => null);
    const version = engine === null ? null : await versionOf(engine);
    if (engine === null || version === null) continue;
    if (!isTooOld(version)) return { path, version, sha256: engine.binary.sha256, how: 'installed' };
    report(`Ollama ${version} at ${path} is too old and is left alone.`);
  }
  return null;
}

async function released(prefix: string, work: string, report: Report): Promise<ObtainedEngine | string> {
  try {
    await obtainRelease({ prefix, work, report });
    return await stamp(prefix, 'release');
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function obtain(prefix: string, work: string, report: Report): Promise<ObtainedEngine> {
  const cached = await fromCache(prefix, report);
  if (cached !== null) return cached;
  const found = await installed(report);
  if (found !== null) {
    report(`Using the installed Ollama ${found.version} at ${found.path}.`);
    report(`  SHA-256 ${found.sha256}; it is run once it is approved: npx cloister engine trust ${found.path}`);
    return found;
  }
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

/** An engine that runs here. Whatever is done stays done, also when interrupted; every failure says the one thing to do. */
export async function obtainEngine({ report }: { readonly report: Report }): Promise<ObtainedEngine> {
  const prefix = cachedEngine(hereAndNow());
  const ready = await fromCache(prefix, report);
  if (ready !== null) return ready;
  const work = `${prefix}.work`;
  await mkdir(work, { recursive: true, mode: 0o700 });
  const engine = await inTurn(join(work, 'turn'), report, () => obtain(prefix, work, report));
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
