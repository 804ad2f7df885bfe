import type { ErrorShape } from './errors.ts';

/** What crosses every boundary: never a throw, never a stack. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorShape };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (error: ErrorShape): Result<never> => ({ ok: false, error });
