import type { ErrorCode, ErrorDetail } from '../../../shared/errors.ts';
import type { DatabaseName, IntegrityReport } from '../types.ts';

/** First message. The keys are transferred, not copied, and wiped by the worker once the databases are open. */
export interface OpenRequest {
  readonly profile: string;
  /** `create` makes both databases and refuses where one exists; `open` refuses where one is missing. */
  readonly mode: 'create' | 'open';
  readonly keys: Readonly<Record<DatabaseName, Uint8Array>>;
}

export type WorkerRequest =
  | { readonly seq: number; readonly do: 'open'; readonly input: OpenRequest }
  | { readonly seq: number; readonly do: 'call'; readonly name: string; readonly input: unknown }
  | { readonly seq: number; readonly do: 'check' }
  | { readonly seq: number; readonly do: 'close' };

/** Schema versions by database: how many migrations each has had. */
export type SchemaVersions = Readonly<Record<DatabaseName, number>>;

export interface WorkerError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: ErrorDetail;
  /** Frames of the stack without the message, which may quote content. */
  readonly frames?: string;
}

/** `ms`: how long the operation itself ran. */
export type WorkerReply =
  | { readonly seq: number; readonly ok: true; readonly value: unknown; readonly ms: number }
  | { readonly seq: number; readonly ok: false; readonly error: WorkerError; readonly ms: number };

export type CheckResult = readonly IntegrityReport[];
