import { deriveKey, wipe } from './keys/derive.ts';
import { chooseSlot, openSlot } from './keys/slots.ts';
import { readyHeader } from './ready-header.ts';
import { survey } from './survey.ts';
import type { KeyPurpose, Keychain } from './types.ts';

/**
 * One derived key of a vault that another process has open: who can open the vault can prove it to that process, without
 * touching its databases. Throws what an unlock throws. The caller wipes the key after use.
 */
export async function deriveBeside(
  { profile, keychain }: { profile: string; keychain: Keychain | null },
  passphrase: string | undefined,
  purpose: KeyPurpose,
): Promise<Buffer> {
  const header = readyHeader(await survey(profile));
  const rootKey = await openSlot(header, chooseSlot(header.slots, passphrase), keychain, passphrase);
  try {
    return deriveKey(rootKey, header.vaultId, purpose);
  } finally {
    wipe(rootKey);
  }
}
