import type { EventName, EventPayload, Input, Method, Output } from './contract/index.ts';
import type { Result } from './result.ts';

/**
 * What the page finds as `window.cloister`, the same object in every host. Frozen; one function per contract method and
 * one way to listen. An unsubscribe comes with the subscription, so no raw event object ever reaches the page.
 */
export interface Bridge {
  readonly invoke: { readonly [M in Method]: (input: Input<M>) => Promise<Result<Output<M>>> };
  readonly on: <E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void) => () => void;
}
