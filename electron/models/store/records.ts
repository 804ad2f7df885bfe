import { join } from 'node:path';
import { z } from 'zod';
import { displayName, tryParseName } from '../names.ts';
import { isAbsent, writeAtomically } from './files.ts';
import { createRememberingReader } from './remember.ts';

const record = z.strictObject({
  /** The manifest under this name when Cloister installed or first verified it. */
  manifest: z.string(),
  verifiedAt: z.string().nullable(),
  ok: z.boolean().nullable(),
});

export type ModelRecord = z.infer<typeof record>;

/**
 * What is known of each model, by display name. `<store>/../models.json`, 0600: whoever can write the profile can edit it, so
 * nothing in it ever saves a hash (docs/decisions/models-store.md). It must be readable while the vault is locked.
 */
export interface ModelRecords {
  get(name: string): Promise<ModelRecord | null>;
  set(name: string, value: ModelRecord): Promise<void>;
}

const schema = z.strictObject({ version: z.literal(1), models: z.record(z.string(), record) });
const maximum = 1024 * 1024;

function parse(bytes: Buffer): Map<string, ModelRecord> {
  const parsed = schema.parse(JSON.parse(bytes.toString('utf8')));
  const entries = Object.entries(parsed.models).filter(([name]) => {
    const read = tryParseName(name);
    return read !== null && displayName(read) === name;
  });
  return new Map(entries);
}

export function createRecords(folder: string, file = 'models.json'): ModelRecords {
  let writing: Promise<void> = Promise.resolve();
  const readFile = createRememberingReader(folder, maximum, parse);
  /** A damaged file counts as empty: it only loses when something was last checked. */
  const read = async (): Promise<ReadonlyMap<string, ModelRecord>> => {
    try {
      return await readFile([file]);
    } catch (thrown) {
      if (isAbsent(thrown) || thrown instanceof SyntaxError || thrown instanceof z.ZodError) return new Map();
      throw thrown;
    }
  };
  const put = async (name: string, value: ModelRecord): Promise<void> => {
    const all = new Map(await read()).set(name, value);
    const models = Object.fromEntries([...all].sort(([left], [right]) => (left < right ? -1 : 1)));
    await writeAtomically(join(folder, file), `${JSON.stringify({ version: 1, models }, null, 1)}\n`);
  };
  return {
    get: async (name) => (await read()).get(name) ?? null,
    set(name, value) {
      // One after the other, so that none of two writers loses its line.
      writing = writing.catch(() => undefined).then(() => put(name, value));
      return writing;
    },
  };
}
