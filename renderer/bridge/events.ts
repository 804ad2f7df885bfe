import type { EventName, EventPayload } from '../../shared/contract/index.ts';
import { bridge } from './client.ts';
import { createSequenceWatch } from './sequence.ts';

/** What an event's numbers count: a request's, a collection's, or the event's own. */
const streamOf: { readonly [E in EventName]: (payload: EventPayload<E>) => string } = {
  'app.changed': () => 'app',
  'documents.progress': (payload) => payload.collectionId,
  'chats.progress': (payload) => payload.requestId,
};

export interface Listening<E extends EventName> {
  readonly signal: AbortSignal;
  readonly hear: (payload: EventPayload<E>) => void;
  /** Events were lost before this one: read the state anew instead of trusting the sum of what came. */
  readonly gap: (payload: EventPayload<E>) => void;
}

/** Listens until the signal aborts. */
export function listen<E extends EventName>(event: E, { signal, hear, gap }: Listening<E>): void {
  if (signal.aborted) return;
  const watch = createSequenceWatch();
  const stop = bridge().on(event, (payload) => {
    const lost = watch.gapBefore(streamOf[event](payload), payload.sequence);
    hear(payload);
    if (lost) gap(payload);
  });
  signal.addEventListener('abort', stop, { once: true });
}
