import type { Dispatcher } from 'undici';
import type { CageKind } from '../../../shared/contract/types.ts';

/** A running engine behind its walls. */
export interface CagedEngine {
  readonly kind: CageKind;
  /** The one way to it. */
  readonly dispatcher: Dispatcher;
  /** Why it ended; resolves when nothing of it is left. */
  readonly ended: Promise<string>;
  /** Asks it to end, then ends it and everything it started. Safe to call twice. */
  stop(): Promise<void>;
}

/** How long an engine that was asked to end may take; it has nothing to save. */
export const graceMilliseconds = 3_000;
