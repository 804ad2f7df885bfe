import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Keychain } from '../../../electron/vault/types.ts';

/** A keychain in a file that is never half written, as a real one, so that kills test the record and not this. */
export function createDurableKeychain(path: string): Keychain {
  const read = (): Record<string, string> =>
    existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
  const write = (kept: Record<string, string | undefined>): void => {
    writeFileSync(`${path}.new`, JSON.stringify(kept));
    renameSync(`${path}.new`, path);
  };
  return {
    probe: async () => ({ available: true, backend: 'file' }),
    get: async (account) => read()[account] ?? null,
    set: async (account, secret) => write({ ...read(), [account]: secret }),
    delete: async (account) => write({ ...read(), [account]: undefined }),
  };
}
