import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { KeySource } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { writeHeader } from './header/file.ts';
import { headerFormat, type Header } from './header/format.ts';
import { rootAccount } from './keychain/accounts.ts';
import { keyLength, wipe } from './keys/derive.ts';
import { makeKeychainSlot, makePassphraseSlot, type NewSlot } from './keys/slots.ts';
import { headerPath, removeDatabases, syncFolder } from './profile/files.ts';
import { survey } from './survey.ts';
import type { Keychain } from './types.ts';

export interface CreateInput {
  readonly keySource: KeySource;
  readonly passphrase?: string | undefined;
}

interface Place {
  readonly profile: string;
  readonly keychain: Keychain | null;
}

const vaultExists = (message: string): CloisterError => new CloisterError('vault_exists', message);

/** Throws `vault_exists` unless the profile is free; what an unfinished creation left is cleared first. */
export async function clearTheWay(place: Place): Promise<void> {
  const found = await survey(place.profile);
  if (found.kind === 'leftover') await discard(place, found.header);
  else if (found.kind === 'damaged') {
    throw vaultExists(
      `This profile holds a vault, but ${found.reason}. Nothing was changed. Restore it from a backup, or choose another profile.`,
    );
  } else if (found.kind !== 'absent') {
    throw vaultExists('This profile has a vault already. Unlock it, or choose another profile.');
  }
}

/** The header goes last: as long as it says `creating`, a next attempt can finish the clearing. */
export async function discard({ profile, keychain }: Place, header: Header): Promise<void> {
  await removeDatabases(profile);
  if (header.slots.some((slot) => slot.kind === 'keychain'))
    await keychain?.delete(rootAccount(header.vaultId)).catch(() => undefined);
  await rm(headerPath(profile), { force: true });
  await syncFolder(profile);
}

async function makeSlot({ keychain }: Place, vaultId: string, rootKey: Buffer, input: CreateInput): Promise<NewSlot> {
  if (input.keySource === 'memory') return { slot: { kind: 'memory' }, keep: () => Promise.resolve() };
  if (input.keySource === 'passphrase') return makePassphraseSlot(rootKey, vaultId, input.passphrase);
  if (keychain === null)
    throw new CloisterError('keychain_missing', 'There is no system keychain here. Use a passphrase.');
  return makeKeychainSlot(rootKey, vaultId, keychain);
}

/**
 * The order lets a crash at any point be repaired by trying again (docs/decisions/vault-keys.md): header `creating`,
 * keychain entry, databases, header `ready`. Until the last step the vault has never held anything, so it may be cleared.
 */
export async function createVaultFiles<Opened>(
  place: Place,
  input: CreateInput,
  makeDatabases: (header: Header, rootKey: Buffer) => Promise<Opened>,
): Promise<{ header: Header; rootKey: Buffer; opened: Opened }> {
  const rootKey = randomBytes(keyLength);
  const vaultId = randomUUID();
  try {
    const { slot, keep } = await makeSlot(place, vaultId, rootKey, input);
    const header: Header = {
      format: headerFormat,
      vaultId,
      createdAt: new Date().toISOString(),
      state: 'creating',
      slots: [slot],
    };
    await writeHeader(place.profile, header);
    await keep();
    const opened = await makeDatabases(header, rootKey);
    const ready: Header = { ...header, state: 'ready' };
    await writeHeader(place.profile, ready);
    return { header: ready, rootKey, opened };
  } catch (thrown) {
    wipe(rootKey);
    throw thrown;
  }
}

/** Which way to keep the key when nobody chose: the keychain where one works, else the passphrase. Throws `no_key_source`. */
export function chooseKeySource(keychainAvailable: boolean, passphrase: string | undefined): 'keychain' | 'passphrase' {
  if (passphrase !== undefined && passphrase !== '') return 'passphrase';
  if (keychainAvailable) return 'keychain';
  throw new CloisterError(
    'no_key_source',
    'There is no system keychain here and no passphrase was given, so the key could not be kept safely. Give a passphrase.',
  );
}
