import type { KeySource, VaultStatus } from '../../shared/contract/types.ts';

/** The OS keychain, or a stand-in with the same contract suite. Values are opaque strings. */
export interface Keychain {
  /** Probes with a real round trip, so "available" means a secret can be kept and read back. */
  probe(): Promise<{ available: true; backend: string } | { available: false; reason: string }>;
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  delete(account: string): Promise<void>;
}

/** A database operation as the worker offers it: synchronous there, a promise here. */
export type Operation = (input: never) => unknown;
export type OperationTable = Readonly<Record<string, Operation>>;

/**
 * The one way to the encrypted databases: named operations that run in the database worker.
 * Each domain offers its own table of operations (`<domain>/database.ts`), joined in `app/database-worker.ts`.
 */
export interface DatabaseClient<Table extends OperationTable = OperationTable> {
  call<Name extends keyof Table & string>(
    name: Name,
    input: Parameters<Table[Name]>[0],
  ): Promise<ReturnType<Table[Name]>>;
}

/** Purposes of derived keys; each is an HKDF label, so no two uses ever share a key. */
export type KeyPurpose = 'vault-database' | 'audit-database' | 'audit-hmac' | 'audit-signing' | 'wrapping';

export interface Vault<Table extends OperationTable = OperationTable> {
  status(): Promise<VaultStatus>;
  /** Makes the profile's keys and databases and leaves the vault unlocked. */
  create(source: { keySource: KeySource; passphrase?: string | undefined }): Promise<void>;
  unlock(passphrase?: string): Promise<void>;
  /** Closes the databases, wipes keys from memory. Safe to call when locked. */
  lock(): Promise<void>;
  /** Throws `locked` while the vault is not unlocked. */
  readonly database: DatabaseClient<Table>;
  /** 32 bytes derived from the root key for one purpose. Throws `locked`. The caller wipes it after use. */
  derive(purpose: KeyPurpose): Buffer;
  onChange(listener: (status: VaultStatus) => void): () => void;
}
