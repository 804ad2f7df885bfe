import type { VaultStatus } from '../../shared/contract/types.ts';
import { CloisterError, codeOf } from '../../shared/errors.ts';
import { createCallLog } from './call-log.ts';
import { startDatabaseProcess, type DatabaseProcess } from './client.ts';
import { clearTheWay, createVaultFiles, discard, type CreateInput } from './create.ts';
import type { Header } from './header/format.ts';
import { createAvailability } from './keychain/availability.ts';
import { deriveKey, wipe } from './keys/derive.ts';
import { chooseSlot, openSlot } from './keys/slots.ts';
import { prepareProfile } from './profile/prepare.ts';
import { fromFileSystem } from './profile/system-errors.ts';
import { readyHeader } from './ready-header.ts';
import { keySourceOf, survey, type Survey } from './survey.ts';
import { inTurn } from './turns.ts';
import type { DatabaseClient, Keychain, OperationTable, Vault } from './types.ts';
import type { OpenRequest } from './worker/protocol.ts';

export interface VaultOptions {
  /** Held through `acquireProfileLock`. */
  readonly profile: string;
  readonly keychain: Keychain | null;
  /** The database worker: built, or as source on Node. */
  readonly workerPath: string | URL;
}

interface Unlocked {
  readonly header: Header;
  readonly rootKey: Buffer;
  readonly database: DatabaseProcess;
  readonly schemaVersion: number;
}

const locked = (): CloisterError => new CloisterError('locked', 'Cloister is locked. Unlock it first.');

/** The state of the files; an unlock that found the databases unreadable is remembered until the next one. */
function stateOf(found: Survey, refusal: 'damaged' | 'newer' | null): VaultStatus['state'] {
  if (found.kind === 'ready') return refusal ?? 'locked';
  return found.kind === 'leftover' ? 'absent' : found.kind;
}

/** The vault of one profile: its keys, its status and the way to its databases. */
export function createVault<Table extends OperationTable>(options: VaultOptions): Vault<Table> {
  const { profile, keychain, workerPath } = options;
  const log = createCallLog();
  const turn = inTurn();
  const listeners = new Set<(status: VaultStatus) => void>();
  const availability = createAvailability(keychain, () => void announce());
  let unlocked: Unlocked | null = null;
  let refusal: 'damaged' | 'newer' | null = null;

  const status = async (): Promise<VaultStatus> => {
    const keychainStatus = await availability();
    if (unlocked !== null) {
      const { header, schemaVersion } = unlocked;
      return { state: 'unlocked', keySource: keySourceOf(header), keychain: keychainStatus, schemaVersion };
    }
    const found = await survey(profile);
    const header = found.kind === 'ready' || found.kind === 'damaged' ? found.header : null;
    return {
      state: stateOf(found, refusal),
      keySource: keySourceOf(header),
      keychain: keychainStatus,
      schemaVersion: null,
    };
  };
  const announce = async (): Promise<void> => {
    const now = await status();
    for (const listener of listeners) listener(now);
  };

  /** The worker ended by itself: the vault is locked, and the next unlock starts another worker. */
  const onDeath = (database: DatabaseProcess): void => {
    if (unlocked?.database !== database) return;
    wipe(unlocked.rootKey);
    unlocked = null;
    void announce();
  };
  const openDatabases = async (
    mode: OpenRequest['mode'],
    header: Header,
    rootKey: Buffer,
  ): Promise<{ database: DatabaseProcess; schemaVersion: number }> => {
    const database: DatabaseProcess = startDatabaseProcess({ workerPath, log, onDeath: () => onDeath(database) });
    const keyFor = (purpose: 'vault-database' | 'audit-database'): Uint8Array =>
      deriveKey(rootKey, header.vaultId, purpose);
    try {
      const versions = await database.open({
        profile,
        mode,
        keys: { vault: keyFor('vault-database'), audit: keyFor('audit-database') },
      });
      return { database, schemaVersion: versions.vault };
    } catch (thrown) {
      await database.end();
      throw thrown;
    }
  };

  const create = async (input: CreateInput): Promise<void> => {
    if (unlocked !== null) throw new CloisterError('vault_exists', 'This profile has a vault already.');
    await prepareProfile(profile);
    await clearTheWay({ profile, keychain });
    try {
      const made = await createVaultFiles({ profile, keychain }, input, (header, rootKey) =>
        openDatabases('create', header, rootKey),
      );
      unlocked = { header: made.header, rootKey: made.rootKey, ...made.opened };
      refusal = null;
    } catch (thrown) {
      await clearTheWay({ profile, keychain }).catch(() => undefined);
      throw fromFileSystem(thrown);
    }
    await announce();
  };

  const unlock = async (passphrase: string | undefined): Promise<void> => {
    if (unlocked !== null) return;
    await prepareProfile(profile);
    const header = readyHeader(await survey(profile));
    const rootKey = await openSlot(header, chooseSlot(header.slots, passphrase), keychain, passphrase);
    try {
      unlocked = { header, rootKey, ...(await openDatabases('open', header, rootKey)) };
      refusal = null;
    } catch (thrown) {
      wipe(rootKey);
      const code = codeOf(thrown);
      refusal = code === 'vault_damaged' ? 'damaged' : code === 'vault_newer' ? 'newer' : null;
      await announce();
      throw thrown;
    }
    await announce();
  };

  /** Only what is still this vault: its place may have been taken. */
  const discardTemporary = async (header: Header): Promise<void> => {
    const found = await survey(profile);
    if (found.kind === 'leftover' && found.header.vaultId === header.vaultId)
      await discard({ profile, keychain }, header);
  };

  const lock = async (): Promise<void> => {
    const open = unlocked;
    if (open === null) return;
    unlocked = null;
    try {
      await open.database.close();
    } finally {
      wipe(open.rootKey);
      if (keySourceOf(open.header) === 'memory') await discardTemporary(open.header);
      await announce();
    }
  };

  const running = (): Unlocked => {
    if (unlocked === null) throw locked();
    return unlocked;
  };

  return {
    get id() {
      return unlocked?.header.vaultId ?? null;
    },
    status,
    create: (input) => turn(() => create(input)),
    unlock: (passphrase) => turn(() => unlock(passphrase)),
    lock: () => turn(lock),
    database: { call: async (name, input) => running().database.call(name, input) } as DatabaseClient<Table>,
    derive: (purpose) => deriveKey(running().rootKey, running().header.vaultId, purpose),
    check: async () => running().database.check(),
    diagnostics: () => log.read(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
