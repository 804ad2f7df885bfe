import type { Bridge } from '../../shared/bridge.ts';
import type { Input, Method, Output } from '../../shared/contract/index.ts';
import type { Result } from '../../shared/result.ts';
import { BridgeFailure, failureFrom, failureOf } from './failure.ts';

declare global {
  interface Window {
    readonly cloister?: Bridge;
  }
}

export const hasBridge = (): boolean => typeof window !== 'undefined' && window.cloister !== undefined;

export function bridge(): Bridge {
  if (window.cloister === undefined) throw new BridgeFailure(failureFrom('not_available'));
  return window.cloister;
}

/** Asks the application. Never throws: a host that breaks answers `internal`. */
export async function attempt<M extends Method>(method: M, input: Input<M>): Promise<Result<Output<M>>> {
  try {
    return await bridge().invoke[method](input);
  } catch (thrown) {
    return { ok: false, error: failureOf(thrown) };
  }
}

/** The same, for code that handles a failure once at its end: throws `BridgeFailure`. */
export async function ask<M extends Method>(method: M, input: Input<M>): Promise<Output<M>> {
  const result = await attempt(method, input);
  if (!result.ok) throw new BridgeFailure(result.error);
  return result.value;
}
