/**
 * The parts that set-up last found in order, by the identity of their files. While those stay the same a start neither
 * hashes them nor loads the code that does: the application checks each part by itself before it runs or loads it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listCompanions } from '../electron/engine/find/companions.ts';
import { defaultCache } from '../electron/folders.ts';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The engine, what it starts, the note beside it, and the store with the embedding model. */
async function partFiles(engine: string): Promise<string[]> {
  const note = join(dirname(dirname(engine)), 'engine.json');
  const hasNote = await stat(note).then(
    () => true,
    () => false,
  );
  const companions = (await listCompanions(engine)).map(({ path }) => path);
  return [engine, ...companions, ...(hasNote ? [note] : []), ...(await filesBelow(join(defaultCache(), 'models')))];
}

async function digestOf(engine: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await partFiles(engine)).sort()) {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    hash.update(`${path}\0${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}\n`);
  }
  return hash.digest('hex');
}

/** The engine of last time when everything is as it was then, under the same circumstances; else null. */
export async function unchangedParts(stamp: string, circumstances: string): Promise<string | null> {
  try {
    const [noted, engine = '', digest] = (await readFile(stamp, 'utf8')).split('\n');
    return noted === circumstances && digest === (await digestOf(engine)) ? engine : null;
  } catch {
    return null;
  }
}

export async function noteParts(stamp: string, circumstances: string, engine: string): Promise<void> {
  await writeFile(stamp, `${circumstances}\n${engine}\n${await digestOf(engine)}\n`);
}
