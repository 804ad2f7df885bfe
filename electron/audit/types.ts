import type { AuditEntry, AuditVerification, RecordStatus } from '../../shared/contract/types.ts';

export type AuditRecord = Omit<AuditEntry, 'index' | 'at'>;

/** What is known of a request before its first token. */
export interface AuditBeginning extends Pick<AuditEntry, 'requestId' | 'kind' | 'origin' | 'subject' | 'session'> {
  readonly promptHmac?: string | null | undefined;
}

/** What a checkpoint states: how many entries there are, and their root as hex. */
export interface CheckpointHead {
  readonly size: number;
  readonly root: string;
}

/** The log beside what is remembered of it outside the profile. */
export interface RecordStanding {
  readonly present: CheckpointHead;
  /** Null: the keychain remembers nothing, or something that the key of this vault did not sign. */
  readonly remembered: CheckpointHead | null;
  readonly anchoredBy: 'keychain' | 'none';
  /** Why no entry is taken, or null. `anchor`: the log holds by itself, and `anchorAnew` is the way on. */
  readonly doubt: { readonly kind: 'log' | 'anchor'; readonly problem: string } | null;
}

/** The append-only record. Every request ends here, also a refused one. */
export interface AuditLog {
  /**
   * Opens after an unlock and checks the tree's head against its signed checkpoint and the keychain's. What does not hold is
   * told by `status()` and refuses every entry (`audit_broken`); it does not keep the vault shut. Requests that were cut off
   * when the process died become entries with the decision `interrupted`, dated when they began.
   */
  open(): Promise<void>;
  /** Hands the last checkpoint to the keychain. A keychain that fails here never keeps the vault from locking. */
  close(): Promise<void>;
  /**
   * A note that a request runs, so that its end by a crash is recorded too: one row, without waiting for the disk. `append`
   * ends it. May be left unawaited before the first token, since the worker keeps the order of its calls; then catch its
   * rejection, which is that of the later `append`.
   */
  begin(beginning: AuditBeginning): Promise<void>;
  /** Durable (synced) when it returns. Throws `audit_broken`: an entry is never put on top of a log that does not hold. */
  append(record: AuditRecord): Promise<AuditEntry>;
  /** Newest first. */
  list(options: { before?: number | undefined; since?: string | undefined; limit: number }): Promise<AuditEntry[]>;
  /** Recomputes everything from the stored bytes, page by page; entries may be added meanwhile. */
  verify(options?: VerifyOptions): Promise<AuditVerification>;
  /** Of the last opening, and the keychain's word of now. Recomputes nothing. */
  standing(): Promise<RecordStanding>;
  /** The signed checkpoint (C2SP tlog-checkpoint), as text. */
  checkpoint(): Promise<string>;
  /** The public key of the checkpoints as signed-note tools take it: `name+id+key`. */
  verifierKey(): string;
  /** HMAC-SHA-256 under the audit HMAC key, hex: content is recognised again but never read from the log. */
  keyedHash(content: string): string;
  /** Ed25519 by the key of the checkpoints, base64: for reports that stand beside the log. */
  sign(message: Uint8Array): string;
  /** The 32 bytes of the Ed25519 public key that `sign` and the checkpoints are verified with, base64. */
  publicKey(): string;
  /**
   * After the person put back an older state on purpose: writes an entry that names the checkpoint the keychain remembered
   * and anchors the log anew. Throws `audit_broken` when the log does not hold by itself.
   */
  anchorAnew(by: Pick<AuditEntry, 'origin' | 'subject' | 'session'>): Promise<AuditEntry>;
  status(): RecordStatus;
  onChange(listener: (status: RecordStatus) => void): () => void;
}

export interface VerifyOptions {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
