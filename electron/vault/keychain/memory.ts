import type { Keychain } from '../types.ts';

/** Keeps secrets for the life of the process: for temporary vaults, and for tests. */
export function createMemoryKeychain(): Keychain {
  const kept = new Map<string, string>();
  return {
    probe: async () => ({ available: true, backend: 'memory' }),
    get: async (account) => kept.get(account) ?? null,
    set: async (account, secret) => {
      kept.set(account, secret);
    },
    delete: async (account) => {
      kept.delete(account);
    },
  };
}
