/** The steps that `npm start`, `npm run setup` and `npm test` share. Each says what it does and can be interrupted and continued. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultProfile, emptyProfile } from '../electron/folders.ts';
import { noteParts, unchangedParts } from './parts-stamp.ts';

export const root = join(import.meta.dirname, '..');
const builtStamp = join(root, 'dist', '.built');
const partsStamp = join(root, 'dist', '.parts');

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}

/** Names, sizes and times of every source file: enough to know whether a build is stale, in a few milliseconds. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['electron', 'shared', 'renderer', 'resources']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      const { size, mtimeMs } = await stat(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  for (const file of ['package-lock.json', 'scripts/build.ts']) hash.update(await readFile(join(root, file)));
  return hash.digest('hex');
}

export async function build(): Promise<void> {
  const wanted = await fingerprint();
  const built = await readFile(builtStamp, 'utf8').catch(() => '');
  if (built === wanted) return;
  say('Building…');
  const code = await run(process.execPath, [join(root, 'scripts', 'build.ts')]);
  if (code !== 0) throw new Error('The build failed; the lines above say where.');
  await writeFile(builtStamp, wanted);
}

interface Parts {
  readonly engine: string | null;
  /** What is missing, in words. */
  readonly problems: readonly string[];
}

/** The engine and the embedding model, from the cache or obtained now. An engine that nobody approved is not run. */
export async function obtainParts(profile = profileNamed(process.argv.slice(2))): Promise<Parts> {
  const circumstances = `${profile}\0${await readFile(builtStamp, 'utf8').catch(() => '')}`;
  const known = await unchangedParts(partsStamp, circumstances);
  if (known !== null) return { engine: known, problems: [] };
  // Half a second of code that a start with everything in place never needs.
  const { obtainEngine } = await import('./engine/obtain-engine.ts');
  const { obtainEmbedder } = await import('./models/obtain-embedder.ts');
  let engine: Awaited<ReturnType<typeof obtainEngine>>;
  try {
    engine = await obtainEngine({ report: say, profile });
  } catch (thrown) {
    const problem = `No engine yet: ${messageOf(thrown)} Search by keyword and quotes work without it.`;
    return { engine: null, problems: [problem] };
  }
  try {
    await obtainEmbedder({ engine: engine.approved ? engine.path : null, report: say });
  } catch (thrown) {
    const problem = `No embedding model yet: ${messageOf(thrown)} Search works by keyword only.`;
    return { engine: engine.path, problems: [problem] };
  }
  if (engine.approved) await noteParts(partsStamp, circumstances, engine.path);
  return { engine: engine.path, problems: [] };
}

/** The profile that these arguments of `cloister` name, or the usual one. Throws for an empty name in the environment. */
export function profileNamed(args: readonly string[]): string {
  const { profile } = parseArgs({ args: [...args], strict: false, options: { profile: { type: 'string' } } }).values;
  if (typeof profile === 'string') return profile;
  const named = process.env['CLOISTER_PROFILE'] ?? defaultProfile();
  if (named === '') throw new Error(emptyProfile);
  return named;
}

export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
