import type { Dispatcher } from 'undici';
import type { Patience } from './stall.ts';
import type { AnswerTurns } from './turns.ts';

/** What a client needs to know of the engine behind it. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  /**
   * The way to the engine that runs now, when this one could not be reached at all: nothing was sent, so asking again is
   * safe. Null where a failure is an answer (while looking whether it is up).
   */
  readonly renew: (() => Promise<Dispatcher>) | null;
  /**
   * A connection broke. Resolves when it is known whether the engine ended, or after a moment: whoever tries again then
   * meets an engine that is starting anew, not one that is just dying.
   */
  readonly settled: () => Promise<void>;
  /** Called whenever the engine sent something: it is alive. */
  readonly onBytes: () => void;
  /** Shared by all clients of one engine. */
  readonly turns: AnswerTurns;
  /** How long it may say nothing. */
  readonly patience: Patience;
  /** The engine ends because it was told to: then a broken connection is no failure. */
  readonly wasStopped: () => boolean;
}
