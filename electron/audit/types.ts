import type { AuditEntry, AuditVerification, RecordStatus } from '../../shared/contract/types.ts';

export type AuditRecord = Omit<AuditEntry, 'index' | 'at'>;

/** The append-only record. Every request ends here, also a refused one. */
export interface AuditLog {
  /** Opens after an unlock, checks the tree's head against the keychain's checkpoint. */
  open(): Promise<void>;
  close(): Promise<void>;
  append(record: AuditRecord): Promise<AuditEntry>;
  list(options: { before?: number; since?: string; limit: number }): Promise<AuditEntry[]>;
  verify(): Promise<AuditVerification>;
  /** The signed checkpoint (C2SP tlog-checkpoint), as text. */
  checkpoint(): Promise<string>;
  /** HMAC-SHA-256 under the audit HMAC key, hex: content is recognised again but never read from the log. */
  keyedHash(content: string): string;
  status(): RecordStatus;
  onChange(listener: (status: RecordStatus) => void): () => void;
}
