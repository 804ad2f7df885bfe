/** The steps that `npm start`, `npm run setup` and `npm test` share. Each says what it does and can be interrupted and continued. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { obtainEngine } from './engine/obtain-engine.ts';
import { obtainEmbedder } from './models/obtain-embedder.ts';

export const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');

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
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === wanted) return;
  say('Building…');
  const code = await run(process.execPath, [join(root, 'scripts', 'build.ts')]);
  if (code !== 0) throw new Error('The build failed; the lines above say where.');
  await writeFile(stamp, wanted);
}

/** The engine and the embedding model, from the cache or obtained now. Returns what is missing, in words. */
export async function obtainParts(): Promise<{ engine: string | null; problems: string[] }> {
  const problems: string[] = [];
  let engine: string | null = null;
  try {
    engine = (await obtainEngine({ report: say })).path;
  } catch (thrown) {
    problems.push(`No engine yet: ${messageOf(thrown)} Search by keyword and quotes work without it.`);
  }
  if (engine !== null) {
    try {
      await obtainEmbedder({ engine, report: say });
    } catch (thrown) {
      problems.push(`No embedding model yet: ${messageOf(thrown)} Search works by keyword only.`);
    }
  }
  return { engine, problems };
}

export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
