import type { Bridge } from '../../../shared/bridge.ts';

type Invoke = (method: string, input: unknown) => Promise<unknown>;
/** Calls the listener with each payload of the event until the returned function is called. */
export type Subscribe = (event: string, listener: (payload: unknown) => void) => () => void;

/**
 * Builds the page's one way in: a frozen function per method and one way to listen, the same object in every host. An
 * event's own object never reaches the page, and no name outside the lists reaches the host.
 *
 * Runs in the page too (Chromium host, by its source text), so it refers to nothing outside itself.
 */
export function buildBridge(
  methodNames: readonly string[],
  eventNames: readonly string[],
  invoke: Invoke,
  subscribe: Subscribe,
): Bridge {
  const methods: Record<string, (input: unknown) => Promise<unknown>> = {};
  for (const name of methodNames) methods[name] = (input) => invoke(name, input);
  const on = (event: string, listener: (payload: unknown) => void): (() => void) => {
    if (!eventNames.includes(event)) throw new TypeError('There is no event of this name.');
    return subscribe(event, (payload) => {
      listener(payload);
    });
  };
  return Object.freeze({ invoke: Object.freeze(methods), on: Object.freeze(on) }) as unknown as Bridge;
}
