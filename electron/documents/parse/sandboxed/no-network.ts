const ways = ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'WebSocket', 'EventSource', 'MessageEvent', 'CloseEvent'] as const; // prettier-ignore

/** pdf.js adds a method to its prototype at once, and calls it only when it writes a PDF. */
function Response(): never {
  throw new TypeError('A parser has no network.');
}

/**
 * A parser has no one to talk to, and no name for it either. Node loads its whole HTTP client when a library only looks
 * at one of these, as pdf.js does.
 */
export function removeNetworkNames(): void {
  for (const name of ways) Reflect.deleteProperty(globalThis, name);
  Object.defineProperty(globalThis, 'Response', { value: Response, configurable: true });
}

removeNetworkNames();
