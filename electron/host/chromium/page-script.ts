import { eventNames, methodNames } from '../../../shared/contract/names.ts';
import { buildBridge, inputLimits, transportProblem, type TransportLimits } from '../shared/index.ts';
import { pack, unpack } from './wire.ts';

/** The binding that carries calls, and the DOM event that carries news. The binding is taken off the page at once. */
export const bindingName = '__cloisterCall';
export const newsName = 'cloister:news';

interface Parts {
  readonly buildBridge: typeof buildBridge;
  readonly transportProblem: typeof transportProblem;
  readonly pack: typeof pack;
  readonly unpack: typeof unpack;
}

interface Names {
  readonly methods: readonly string[];
  readonly events: readonly string[];
  readonly binding: string;
  readonly news: string;
  readonly limits: TransportLimits;
}

/** The page's globals, as far as the script below uses them. `electron/` is compiled without the DOM. */
interface PageWindow {
  top: unknown;
  atob(data: string): string;
  btoa(data: string): string;
  addEventListener(name: string, listener: (event: { detail: string }) => void): void;
  [name: string]: unknown;
}

/** Runs in the page before its own scripts, by its source text: it refers to nothing but its parameters and the DOM. */
function installBridge(parts: Parts, names: Names): void {
  const page = globalThis as unknown as PageWindow;
  const call = page[names.binding] as (text: string) => Promise<string>;
  Reflect.deleteProperty(page, names.binding);
  if (page.top !== page || typeof call !== 'function') return;
  // Both are in Chromium since 140; the long ways serve an older one.
  const encode = (bytes: Uint8Array & { toBase64?: () => string }): string => {
    if (bytes.toBase64 !== undefined) return bytes.toBase64();
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return page.btoa(text);
  };
  const fromBase64 = (Uint8Array as unknown as { fromBase64?: (data: string) => Uint8Array }).fromBase64;
  const decode = (data: string): Uint8Array =>
    fromBase64 === undefined
      ? Uint8Array.from(page.atob(data), (character) => character.charCodeAt(0))
      : fromBase64.call(Uint8Array, data);
  const listeners = new Map<string, Set<(payload: unknown) => void>>(names.events.map((name) => [name, new Set()]));
  page.addEventListener(names.news, ({ detail }) => {
    for (const { event, payload } of parts.unpack(detail, decode) as { event: string; payload: unknown }[]) {
      for (const listener of listeners.get(event) ?? []) listener(payload);
    }
  });
  const invoke = async (method: string, input: unknown): Promise<unknown> => {
    if (parts.transportProblem(input, names.limits) !== null)
      return { ok: false, error: { code: 'bad_request', correlationId: 'page' } };
    return parts.unpack(await call(parts.pack({ method, input }, encode)), decode);
  };
  const subscribe = (event: string, listener: (payload: unknown) => void): (() => void) => {
    listeners.get(event)?.add(listener);
    return () => {
      listeners.get(event)?.delete(listener);
    };
  };
  const bridge = parts.buildBridge(names.methods, names.events, invoke, subscribe);
  Object.defineProperty(page, 'cloister', { value: bridge, enumerable: true });
}

/** The source of the init script: the functions above and their parts, as text, so nothing is imported in the page. */
export function pageScript(): string {
  const parts = `{ buildBridge: ${String(buildBridge)}, transportProblem: ${String(transportProblem)}, pack: ${String(pack)}, unpack: ${String(unpack)} }`;
  const names: Names = {
    methods: methodNames,
    events: eventNames,
    binding: bindingName,
    news: newsName,
    limits: inputLimits,
  };
  return `(${String(installBridge)})(${parts}, ${JSON.stringify(names)});`;
}
