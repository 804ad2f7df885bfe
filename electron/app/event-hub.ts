import type { EventName, EventPayload } from '../../shared/contract/index.ts';

export type EventListener = <E extends EventName>(event: E, payload: EventPayload<E>) => void;

export interface EventHub {
  /** Numbers the payload within its event's stream and hands it to every listener. */
  emit<E extends EventName>(event: E, payload: Omit<EventPayload<E>, 'sequence'>): void;
  on(listener: EventListener): () => void;
}

/** News for the hosts. A listener that throws does not keep the others from hearing it. */
export function createEventHub(): EventHub {
  const listeners = new Set<EventListener>();
  const sequences = new Map<EventName, number>();
  return {
    emit(event, payload) {
      const sequence = (sequences.get(event) ?? 0) + 1;
      sequences.set(event, sequence);
      for (const listener of listeners) {
        try {
          listener(event, { ...payload, sequence } as EventPayload<typeof event>);
        } catch {
          // A host that is closing; its own shutdown reports that.
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
