import type { Reason } from '../reasons.ts';

/** Thrown anywhere in the sandbox; its reason is all that leaves. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

export function refuse(reason: Reason): never {
  throw new Refusal(reason);
}
