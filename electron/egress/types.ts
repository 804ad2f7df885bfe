import type { EgressStatus } from '../../shared/contract/types.ts';

export interface EgressAttempt {
  readonly at: string;
  readonly host: string;
  readonly purpose: string;
  readonly allowed: boolean;
  readonly bytes: number;
}

/** Permission to reach some hosts for one purpose. Closed when disposed; then every further attempt is refused. */
export interface EgressLease {
  /** `fetch` over allow-listed hosts only; each redirect is checked again. Throws `egress_denied`. */
  fetch(
    url: string,
    init?: { method?: 'GET' | 'HEAD'; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
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
