import { randomUUID } from 'node:crypto';
import { contract, type Method, type Output, type Parsed } from '../../shared/contract/index.ts';
import { CloisterError, codeOf, detailOf, type ErrorCode } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

export interface DispatchCaller {
  readonly origin: 'page' | 'cli';
}

export type Handler<M extends Method> = (input: Parsed<M>, caller: DispatchCaller) => Promise<Output<M>>;
export type Dispatch = ReturnType<typeof createDispatch>;
export type Handlers = { readonly [M in Method]: Handler<M> };

/** Codes any method may answer with; every other must stand in the method's own list. */
const common: readonly ErrorCode[] = ['bad_request', 'unauthenticated', 'locked', 'internal', 'cancelled', 'disk_full'];

export interface Diagnostics {
  /** Keeps the cause under its correlation id, in memory, without content. */
  note(correlationId: string, method: string, thrown: unknown): void;
}

const isMethod = (name: string): name is Method => Object.hasOwn(contract, name);

/**
 * The one entrance from a page: checks the name, the lock and the input against the contract, runs the handler, checks the
 * output, and always answers with a `Result`. Nothing is thrown across, no stack and no message of ours or anybody's.
 */
export function createDispatch(deps: {
  handlers: Handlers;
  isUnlocked: () => boolean;
  diagnostics: Diagnostics;
  /** Around each handler of a call that is let through. */
  during: <T>(name: Method, work: () => Promise<T>) => Promise<T>;
}) {
  return async function dispatch(name: string, input: unknown, caller: DispatchCaller): Promise<Result<unknown>> {
    const correlationId = randomUUID();
    try {
      if (!isMethod(name)) throw new CloisterError('bad_request', 'There is no such method.');
      const method = contract[name];
      const parsed = method.input.safeParse(input);
      if (!parsed.success) throw new CloisterError('bad_request', 'The input does not match the contract.');
      if (!('whileLocked' in method && method.whileLocked) && !deps.isUnlocked()) throw new CloisterError('locked');
      const handler = deps.handlers[name] as (value: unknown, who: DispatchCaller) => Promise<unknown>;
      const output = method.output.safeParse(await deps.during(name, () => handler(parsed.data, caller)));
      if (!output.success) throw new Error(`${name} answered outside its contract: ${output.error.message}`);
      return ok(output.data);
    } catch (thrown) {
      deps.diagnostics.note(correlationId, name, thrown);
      const detail = detailOf(thrown);
      const code = publicCode(name, codeOf(thrown));
      return fail(detail === undefined ? { code, correlationId } : { code, correlationId, detail });
    }
  };
}

function publicCode(name: string, code: ErrorCode): ErrorCode {
  if (common.includes(code)) return code;
  return isMethod(name) && contract[name].errors.some((listed) => listed === code) ? code : 'internal';
}
