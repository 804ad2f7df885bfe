import type { EventName, EventPayload } from '../../shared/contract/index.ts';
import { bridge } from './client.ts';
import { createSequenceWatch } from './sequence.ts';

export interface Listening<E extends EventName> {
  readonly signal: AbortSignal;
  readonly hear: (payload: EventPayload<E>) => void;
  /** Events were lost before this one, of whatever request: read the state anew instead of trusting the sum of what came. */
  readonly gap: () => void;
}

/** Listens until the signal aborts. */
export function listen<E extends EventName>(event: E, { signal, hear, gap }: Listening<E>): void {
  if (signal.aborted) return;
  const watch = createSequenceWatch();
  const stop = bridge().on(event, (payload) => {
    const lost = watch.gapBefore(payload.sequence);
    hear(payload);
    if (lost) gap();
  });
  signal.addEventListener('abort', stop, { once: true });
}
