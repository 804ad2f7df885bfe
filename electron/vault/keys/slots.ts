import { randomBytes } from 'node:crypto';
import { CloisterError } from '../../../shared/errors.ts';
import { slotContext, type Header, type Slot } from '../header/format.ts';
import { rootAccount } from '../keychain/accounts.ts';
import type { Keychain } from '../types.ts';
import { keyLength, wipe } from './derive.ts';
import { derivePassphraseKey, newScryptParameters, shortestPassphrase } from './passphrase.ts';
import { unwrapKey, wrapKey } from './wrap.ts';

type SlotOf<Kind extends Slot['kind']> = Extract<Slot, { kind: Kind }>;

export interface NewSlot {
  readonly slot: Slot;
  /** Puts the other half where it belongs. Called once the header that names it is on disk. */
  readonly keep: () => Promise<void>;
}

export async function makePassphraseSlot(
  rootKey: Buffer,
  vaultId: string,
  passphrase: string | undefined,
): Promise<NewSlot> {
  if (passphrase === undefined || passphrase === '') {
    throw new CloisterError(
      'no_key_source',
      'Neither a keychain nor a passphrase was given to keep the key. Give a passphrase.',
    );
  }
  if (passphrase.length < shortestPassphrase) {
    throw new CloisterError(
      'bad_request',
      `The passphrase is too short. Use at least ${shortestPassphrase} characters.`,
    );
  }
  const kdf = newScryptParameters();
  const wrappingKey = await derivePassphraseKey(passphrase, kdf);
  const slot = {
    kind: 'passphrase',
    kdf,
    rootKey: wrapKey(rootKey, wrappingKey, slotContext(vaultId, 'passphrase', kdf)),
  } as const;
  wipe(wrappingKey);
  return { slot, keep: () => Promise.resolve() };
}

/** The wrapping key goes into the keychain, and is read back before anything depends on it. */
export function makeKeychainSlot(rootKey: Buffer, vaultId: string, keychain: Keychain): NewSlot {
  const wrappingKey = randomBytes(keyLength);
  const secret = wrappingKey.toString('base64');
  const slot = {
    kind: 'keychain',
    rootKey: wrapKey(rootKey, wrappingKey, slotContext(vaultId, 'keychain', null)),
  } as const;
  wipe(wrappingKey);
  const keep = async (): Promise<void> => {
    await keychain.set(rootAccount(vaultId), secret);
    if ((await keychain.get(rootAccount(vaultId))) === secret) return;
    throw new CloisterError('keychain_missing', 'The system keychain did not keep the key. Use a passphrase instead.');
  };
  return { slot, keep };
}

/** The root key. Throws `passphrase_needed`, `wrong_passphrase`, `keychain_missing`, `key_lost`. */
export async function openSlot(
  header: Header,
  slot: Slot,
  keychain: Keychain | null,
  passphrase: string | undefined,
): Promise<Buffer> {
  switch (slot.kind) {
    case 'passphrase':
      return openPassphraseSlot(header.vaultId, slot, passphrase);
    case 'keychain':
      return openKeychainSlot(header.vaultId, slot, keychain);
    case 'memory':
      throw new CloisterError(
        'key_lost',
        'This vault was temporary: its key was kept in memory only and is gone. Create a new vault.',
      );
  }
}

async function openPassphraseSlot(
  vaultId: string,
  { kdf, rootKey }: SlotOf<'passphrase'>,
  passphrase: string | undefined,
): Promise<Buffer> {
  if (passphrase === undefined || passphrase === '') {
    throw new CloisterError('passphrase_needed', 'This vault opens with its passphrase. Type it to unlock.');
  }
  const wrappingKey = await derivePassphraseKey(passphrase, kdf);
  const opened = unwrapKey(rootKey, wrappingKey, slotContext(vaultId, 'passphrase', kdf));
  wipe(wrappingKey);
  if (opened !== null) return opened;
  throw new CloisterError('wrong_passphrase', 'That is not the passphrase of this vault. Try again.');
}

const keyLost = (what: string): CloisterError =>
  new CloisterError(
    'key_lost',
    `${what} Bring back the keychain this vault was made with (its entry is called Cloister), or restore a backup. Nothing was changed.`,
  );

async function openKeychainSlot(
  vaultId: string,
  { rootKey }: SlotOf<'keychain'>,
  keychain: Keychain | null,
): Promise<Buffer> {
  if (keychain === null)
    throw new CloisterError('keychain_missing', 'This vault’s key is in a system keychain, and there is none here.');
  const secret = await keychain.get(rootAccount(vaultId));
  if (secret === null) throw await explainAbsence(keychain);
  const wrappingKey = Buffer.from(secret, 'base64');
  const opened =
    wrappingKey.length === keyLength ? unwrapKey(rootKey, wrappingKey, slotContext(vaultId, 'keychain', null)) : null;
  wipe(wrappingKey);
  if (opened !== null) return opened;
  throw keyLost('The key in the system keychain is not the one of this vault.');
}

/** A keyring that stays locked answers "nothing" too: only one that works can have lost the key. */
async function explainAbsence(keychain: Keychain): Promise<CloisterError> {
  const probed = await keychain.probe();
  if (probed.available) return keyLost('The key of this vault is no longer in the system keychain.');
  return new CloisterError('keychain_missing', probed.reason, { detail: { reason: probed.reason } });
}

/** With a passphrase the slot it opens, else the first. */
export function chooseSlot(slots: readonly Slot[], passphrase: string | undefined): Slot {
  const typed = passphrase === undefined ? undefined : slots.find((slot) => slot.kind === 'passphrase');
  const chosen = typed ?? slots[0];
  if (chosen === undefined)
    throw new CloisterError('vault_damaged', 'The key file vault.json names no way to open the vault.');
  return chosen;
}
