import type { EgressStatus } from '../../shared/contract/types.ts';
import type { Saving } from './thread/messages.ts';

export type { Kept, Saving } from './thread/messages.ts';

export interface EgressAttempt {
  readonly at: string;
  readonly host: string;
  readonly purpose: string;
  readonly allowed: boolean;
  readonly bytes: number;
}

export interface EgressRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What a server answered. The body comes as it was sent: nothing is unpacked. */
export interface EgressAnswer {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** A header by its lower-case name; null when it is not there or stands more than once. */
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Instead of `body`: the thread that reads the body writes it into an open file. `onSaved`: bytes of the body that are dealt
   * with. Settles only when nothing is written any more. Throws `timeout`, `too_large`, and what the disk or the line says.
   */
  readonly save: (saving: Saving, onSaved: (bytes: number) => void) => Promise<void>;
  /** Ends the request; what still comes is dropped. */
  readonly cancel: () => void;
}

/** Permission to reach some hosts for one purpose. Closed when disposed; then every further attempt is refused. */
export interface EgressLease {
  /** Asks allow-listed hosts only; each redirect is checked again. Throws `egress_denied`. */
  stream(url: string, init?: EgressRequest): Promise<EgressAnswer>;
  close(): void;
}

/** The one way out. Closed by default; every attempt, allowed or refused, is recorded. */
export interface EgressBroker {
  /** Plain HTTP is only accepted for loopback. */
  open(purpose: string, hosts: readonly string[]): EgressLease;
  status(): EgressStatus;
  attempts(): readonly EgressAttempt[];
  onChange(listener: (status: EgressStatus) => void): () => void;
}
