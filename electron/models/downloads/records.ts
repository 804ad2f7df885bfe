import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isDigest, type Digest } from '../digests.ts';
import { displayName, tryParseName } from '../names.ts';
import { parseRegistry } from '../registry/address.ts';
import { makeFolders, readRegular, writeAtomically } from '../store/files.ts';

/** What is kept of a download between two runs, beside its parts. Nothing of it is trusted: it is asked and checked anew. */
export interface DownloadRecord {
  readonly id: string;
  /** As `displayName` writes it. */
  readonly name: string;
  /** Another registry than the name's own. */
  readonly from: string | null;
  /** Of all layers; 0 until the manifest is known. */
  readonly total: number;
  /** Bytes of the layers that the store had already. */
  readonly held: number;
  /** The layers that are fetched into quarantine. */
  readonly layers: readonly Digest[];
}

const isName = (text: string): boolean => {
  const read = tryParseName(text);
  return read !== null && displayName(read) === text;
};
const isRegistry = (text: string): boolean => {
  try {
    return parseRegistry(text).base === text;
  } catch {
    return false;
  }
};

const schema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().max(600).refine(isName),
  from: z.string().max(300).refine(isRegistry).nullable(),
  total: z.number().int().min(0),
  held: z.number().int().min(0),
  layers: z.array(z.string().refine(isDigest)).max(65),
});

const fileOf = (id: string): string => `${id}.download`;
const maximum = 16 * 1024;

/** The notes of downloads, one small file each in quarantine's `incoming` folder. */
export interface DownloadRecords {
  all(): Promise<DownloadRecord[]>;
  set(record: DownloadRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createDownloadRecords(profile: string, incoming: string): DownloadRecords {
  /** One that cannot be read is passed over: its parts serve the next download of the same layers. */
  const read = async (name: string): Promise<DownloadRecord | null> => {
    try {
      const text = (await readRegular(incoming, [name], maximum)).toString('utf8');
      const record = schema.parse(JSON.parse(text));
      return fileOf(record.id) === name ? record : null;
    } catch {
      return null;
    }
  };
  return {
    async all() {
      const names = (await readdir(incoming).catch(() => [])).filter((name) => name.endsWith('.download')).sort();
      const records = await Promise.all(names.map(read));
      return records.filter((record) => record !== null);
    },
    async set(record) {
      await makeFolders(profile, ['quarantine', 'incoming']);
      await writeAtomically(join(incoming, fileOf(record.id)), JSON.stringify({ version: 1, ...record }));
    },
    remove: (id) => rm(join(incoming, fileOf(id)), { force: true }),
  };
}
