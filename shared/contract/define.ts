import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** One method of the contract: what goes in, what comes out, and every error it may answer with. */
export interface MethodContract<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly input: In;
  readonly output: Out;
  /** Beside these, any method may answer `bad_request`, `unauthenticated`, `locked` and `internal`. */
  readonly errors: readonly ErrorCode[];
  /** True for the few methods that work while the vault is locked or absent. */
  readonly whileLocked?: boolean;
}

export function method<In extends z.ZodType, Out extends z.ZodType>(
  contract: MethodContract<In, Out>,
): MethodContract<In, Out> {
  return contract;
}
