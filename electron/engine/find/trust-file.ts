import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../../shared/contract/common.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { TrustedEngine } from './trust.ts';

const decimal = z.string().regex(/^-?\d{1,24}$/);
const file = z.strictObject({
  name: z.string(),
  path: z.string(),
  sha256,
  identity: z.strictObject({ dev: decimal, ino: decimal, size: decimal, mtimeNs: decimal, ctimeNs: decimal }),
});
const memory = z.strictObject({
  version: z.literal(1),
  engines: z.array(
    z.strictObject({
      path: z.string(),
      version: z.string(),
      sha256,
      companions: sha256,
      approvedAt: z.string(),
      by: z.enum(['user', 'policy', 'setup']),
      files: z.array(file),
    }),
  ),
});

/** `engine-declined.json`: in the same form, what the person was asked about and does not want. */
type ListName = 'engine-trust.json' | 'engine-declined.json';

/** One descriptor for check and read: a regular file, ours alone. */
async function readOwn(path: string): Promise<string | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CloisterError('profile_unsafe', 'The list of trusted engines cannot be read.', { cause: error });
  });
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    const foreign = process.getuid !== undefined && (found.uid !== process.getuid() || (found.mode & 0o077) !== 0);
    if (!found.isFile() || foreign) {
      throw new CloisterError(
        'profile_unsafe',
        'The list of trusted engines is open to other users. Make it private (chmod 600).',
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parse(text: string, fileName: ListName): TrustedEngine[] {
  try {
    return memory.parse(JSON.parse(text)).engines;
  } catch (error) {
    throw new CloisterError(
      'profile_unsafe',
      `The list of engines ${fileName} in the profile is damaged. Remove it; you are asked about the engine again.`,
      { cause: error },
    );
  }
}

/** The engines this profile trusts, newest first. Whoever can write the profile can write this list. */
export class TrustFile {
  readonly #path: string;
  readonly #name: ListName;

  constructor(profile: string, name: ListName = 'engine-trust.json') {
    this.#path = join(profile, name);
    this.#name = name;
  }

  async read(): Promise<TrustedEngine[]> {
    const text = await readOwn(this.#path);
    return text === null ? [] : parse(text, this.#name);
  }

  /** Replaces what was remembered of the same path. */
  async remember(engine: TrustedEngine): Promise<void> {
    await this.#write([engine, ...(await this.read()).filter((known) => known.path !== engine.path)]);
  }

  async forget(path: string): Promise<void> {
    const engines = await this.read();
    const others = engines.filter((known) => known.path !== path);
    if (others.length < engines.length) await this.#write(others);
  }

  /** Written whole, then renamed. */
  async #write(engines: readonly TrustedEngine[]): Promise<void> {
    const draft = `${this.#path}.${randomBytes(6).toString('hex')}`;
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify({ version: 1, engines }, null, 1)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.#path);
    } finally {
      await rm(draft, { force: true });
    }
  }
}
