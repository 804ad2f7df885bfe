import { CloisterError } from '../../shared/errors.ts';
import type { KeySource } from '../../shared/contract/types.ts';
import { checkpointAccount } from '../audit/index.ts';
import { verifyOnIdle } from '../models/index.ts';
import { acquireProfileLock, type ProfileLock } from '../vault/index.ts';
import type { Keychain } from '../vault/types.ts';
import { localSubject, type BuiltRooms } from './create-rooms.ts';
import type { Ports } from './ports.ts';
import type { UnderWay } from './under-way.ts';

export interface Lifecycle {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the profile until `stop`. */
  hold(): Promise<void>;
  create(source: { keySource: KeySource; passphrase?: string | undefined }): Promise<void>;
  unlock(passphrase?: string): Promise<void>;
  lock(): Promise<void>;
  readonly isUnlocked: boolean;
}

/**
 * Opens and closes the rooms in order: profile lock, vault, record, session; and back. Locking first ends the running
 * answers, so that each is kept and recorded while the vault is still open.
 */
export function createLifecycle(
  ports: Ports,
  rooms: BuiltRooms,
  deps: {
    note: (what: string, thrown: unknown) => void;
    underWay: UnderWay;
    /** Begins and ends with each unlock. */
    idle: { begin: () => Promise<void>; end: () => void };
    /** `isUnlocked` is another than before. */
    onChange: () => void;
    /** Shuts the door for other programs. */
    stopServing: () => Promise<void>;
  },
): Lifecycle {
  let lock: ProfileLock | null = null;
  let open = false;
  let closing: Promise<void> | null = null;
  let background = new AbortController();

  /** One instance a profile. A window holds it from the start, the command line only while the vault is open. */
  const takeProfile = async (): Promise<void> => {
    lock ??= await acquireProfileLock(ports.profile);
  };

  const quietly = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      deps.note(what, thrown);
    }
  };

  /** A window warms the engine and goes on with what was cut off; the command line starts only what it needs. */
  const workInBackground = async (signal: AbortSignal): Promise<void> => {
    await quietly('engine start', async () => {
      if ((await rooms.models.installEmbedder()) !== null) await rooms.engine.start();
    });
    // Reading and keyword search need no engine.
    await quietly('reading on', () => rooms.documents.resume({ signal }));
    await quietly('embedding', () => rooms.documents.embedPending({ signal }));
  };

  /**
   * A passphrase vault that was carried to another machine finds no checkpoint in that machine's keychain. It is then not
   * anchored (the record says so) rather than refused; a new vault, or one known there, is.
   */
  const keychainFor = async (fresh: boolean): Promise<Keychain | null> => {
    const { keySource } = await rooms.vault.status();
    if (fresh || keySource === 'keychain') return ports.keychain;
    const known = await ports.keychain.get(checkpointAccount(rooms.vault.id ?? '')).catch(() => null);
    return known === null ? null : ports.keychain;
  };

  const openRooms = async (fresh: boolean): Promise<void> => {
    const { keySource, keychain } = await rooms.vault.status();
    rooms.useKeychain(keySource !== 'memory' && keychain.available ? await keychainFor(fresh) : null);
    await rooms.audit.open();
    // Without it nothing is approved: a vault whose passports cannot be read opens, and no model runs.
    await quietly('passports', () => rooms.models.passports.open());
    await rooms.sessions.open(localSubject());
    await rooms.chats.markInterrupted();
    open = true;
    deps.onChange();
    background = new AbortController();
    await quietly('embedding model', () => rooms.models.installEmbedder());
    if (ports.host === 'terminal') return;
    await deps.idle.begin();
    void deps.underWay.during(() => workInBackground(background.signal));
    void verifyOnIdle({
      models: rooms.models,
      isBusy: () => deps.underWay.isBusy,
      signal: background.signal,
      warn: deps.note,
    });
  };

  const closeRooms = async (): Promise<void> => {
    open = false;
    deps.onChange();
    deps.idle.end();
    background.abort();
    await quietly('gateway', () => deps.stopServing());
    await quietly('trial of a model', () => rooms.models.evaluation.stop());
    await quietly('answers', () => rooms.chats.stopAll());
    await quietly('requests', () => rooms.path.stopAll());
    await quietly('documents', () => rooms.documents.close());
    await quietly('engine', () => rooms.engine.stop());
    await quietly('session', () => rooms.sessions.close());
    rooms.models.passports.close();
    await quietly('record', () => rooms.audit.close());
    await rooms.vault.lock();
  };

  const lockAll = async (): Promise<void> => {
    if (!open && closing === null) return;
    closing ??= closeRooms().finally(() => (closing = null));
    await closing;
  };

  return {
    get isUnlocked() {
      return open && rooms.vault.id !== null;
    },
    async start() {
      if (ports.host !== 'terminal') await takeProfile();
    },
    hold: takeProfile,
    async stop() {
      await quietly('downloads', () => rooms.models.downloads.close());
      await quietly('imports', () => rooms.models.imports.close());
      await lockAll();
      await quietly('parser', () => rooms.parser.dispose());
      await quietly('engine', () => rooms.engine.dispose());
      lock?.release();
      lock = null;
    },
    async create(source) {
      if (open) throw new CloisterError('vault_exists', 'This profile has a vault already.');
      await takeProfile();
      await rooms.vault.create(source);
      await openRooms(true);
    },
    async unlock(passphrase) {
      if (closing !== null) await closing;
      // The database worker may have died: then the vault is locked by itself, and the rest is closed before it opens anew.
      if (open && rooms.vault.id === null) await lockAll();
      if (open) return;
      await takeProfile();
      await rooms.vault.unlock(passphrase);
      await openRooms(false);
    },
    lock: lockAll,
  };
}
