import { hkdfSync } from 'node:crypto';
import type { KeyPurpose } from '../types.ts';

export const keyLength = 32;

/** Overwrites keys in place. What V8 copied before cannot be reached: docs/decisions/vault-keys.md. */
export function wipe(...keys: readonly Uint8Array[]): void {
  for (const key of keys) key.fill(0);
}

/** HKDF-SHA-256 (RFC 5869), 32 bytes; the label separates the uses, the vault's id the vaults. */
export function deriveKey(rootKey: Uint8Array, vaultId: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', rootKey, vaultId, `cloister/v1/${purpose}`, keyLength));
}
