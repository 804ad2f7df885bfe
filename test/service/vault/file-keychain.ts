import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Keychain } from '../../../electron/vault/types.ts';

/** A keychain that outlives a killed process without a desktop session. For tests of crashes only. */
export function createFileKeychain(path: string): Keychain {
  const read = (): Record<string, string> =>
    existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
  const write = (kept: Record<string, string | undefined>): void => writeFileSync(path, JSON.stringify(kept));
  return {
    probe: async () => ({ available: true, backend: 'file' }),
    get: async (account) => read()[account] ?? null,
    set: async (account, secret) => write({ ...read(), [account]: secret }),
    delete: async (account) => write({ ...read(), [account]: undefined }),
  };
}
