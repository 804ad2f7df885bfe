import type { Database } from 'better-sqlite3';
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

export type DatabaseName = 'vault' | 'audit';

/** One step of a room's tables. Versions count up from 1 within a room; a released step is never changed. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): void;
}

/** What a room brings into one of the databases. The names of its operations begin with `<name>.`. */
export interface DatabaseRoom<Table extends OperationTable = OperationTable> {
  readonly name: string;
  readonly database: DatabaseName;
  readonly migrations: readonly Migration[];
  operations(db: Database): Table;
}

/** What a full check of a database found; sentences without content. */
export interface IntegrityReport {
  readonly database: DatabaseName;
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Counts only: names of operations, never what they carried. */
export interface DatabaseDiagnostics {
  readonly calls: number;
  readonly slow: readonly { readonly name: string; readonly count: number; readonly worstMs: number }[];
}

/** Purposes of derived keys; each is an HKDF label, so no two uses ever share a key. */
export type KeyPurpose =
  'vault-database' | 'audit-database' | 'audit-hmac' | 'audit-signing' | 'wrapping' | 'model-signing' | 'control';

export interface Vault<Table extends OperationTable = OperationTable> {
  /** Random, made at creation, kept when the profile moves; null while there is no vault. Scopes keychain accounts. */
  readonly id: string | null;
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
  /** Reads every page of both databases (for doctor; seconds for a large vault). Throws `locked`. */
  check(): Promise<readonly IntegrityReport[]>;
  diagnostics(): DatabaseDiagnostics;
  onChange(listener: (status: VaultStatus) => void): () => void;
}
