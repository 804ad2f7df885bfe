import type { Keychain } from '../types.ts';

/** In the keychain: the key that wraps the root key of one vault, base64. */
export const rootAccount = (vaultId: string): string => `vault:${vaultId}:root-key`;

/** A view of the keychain whose accounts belong to one vault, for what other rooms keep there. */
export function scopeKeychain(keychain: Keychain, vaultId: string): Keychain {
  const scoped = (account: string): string => `vault:${vaultId}:${account}`;
  return {
    probe: () => keychain.probe(),
    get: (account) => keychain.get(scoped(account)),
    set: (account, secret) => keychain.set(scoped(account), secret),
    delete: (account) => keychain.delete(scoped(account)),
  };
}
