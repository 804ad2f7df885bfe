import { z } from 'zod';
import { method } from './define.ts';
import { nothing } from './common.ts';

export const keySource = z.enum(['keychain', 'passphrase', 'memory']);

/** `damaged` and `newer` are states, not crashes: the person sees what it is and nothing is overwritten. */
export const vaultState = z.enum(['absent', 'locked', 'unlocked', 'damaged', 'newer']);

export const vaultStatus = z.strictObject({
  state: vaultState,
  keySource: keySource.nullable(),
  /** Can a key be kept in the system keychain here, and if not, why not (a plain sentence)? */
  keychain: z.strictObject({ available: z.boolean(), backend: z.string().nullable(), reason: z.string().nullable() }),
  schemaVersion: z.number().int().nullable(),
});

const passphrase = z.string().min(1).max(1024);

export const vaultContract = {
  'vault.status': method({ input: nothing, output: vaultStatus, errors: [], whileLocked: true }),
  'vault.create': method({
    input: z.discriminatedUnion('keySource', [
      z.strictObject({ keySource: z.literal('keychain') }),
      z.strictObject({ keySource: z.literal('passphrase'), passphrase: passphrase.min(8) }),
    ]),
    output: vaultStatus,
    errors: ['vault_exists', 'keychain_missing', 'no_key_source', 'disk_full', 'profile_unsafe'],
    whileLocked: true,
  }),
  'vault.unlock': method({
    input: z.strictObject({ passphrase: passphrase.optional() }),
    output: vaultStatus,
    errors: [
      'vault_absent',
      'wrong_passphrase',
      'passphrase_needed',
      'keychain_missing',
      'key_lost',
      'vault_damaged',
      'vault_newer',
    ],
    whileLocked: true,
  }),
  'vault.lock': method({ input: nothing, output: vaultStatus, errors: [] }),
};
