/**
 * A scripted stand-in for `window.cloister`, for looking at the page alone: no application stands behind it, its answers
 * are written down in `page-data.ts`. It runs in the page, installed before the page's own scripts.
 */
import { serving } from './page/serving.ts';
import type { Method } from '../../shared/contract/index.ts';
import type { Result } from '../../shared/result.ts';
import { governing } from './page/governing.ts';
import { modelling } from './page/modelling.ts';
import { papers, showIngest } from './page/papers.ts';
import type { Scenario, Scripted } from './page/scenario.ts';
import { talking } from './page/talking.ts';
import { createWorld, Refusal, wait, type Handlers } from './page/world.ts';

export { rightPassphrase, type Asked, type Scenario, type Scripted } from './page/scenario.ts';

type Call = Scripted['calls'][number];

export function installScriptedBridge(scenario: Scenario): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const calls: Call[] = [];
  const emit = (event: string, payload: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(payload);
  };
  const world = createWorld(scenario, emit);
  const handlers: Handlers = {
    ...governing(world),
    ...modelling(world),
    ...papers(world),
    ...talking(world),
    ...serving(),
  };

  const answer = async (method: string, input: never): Promise<Result<unknown>> => {
    calls.push({ method, input });
    if (scenario.hangs?.includes(method as Method) === true) await new Promise(() => undefined);
    if (scenario.slow?.includes(method as Method) === true) await wait(1000);
    const failure = scenario.fails?.[method as Method];
    if (failure !== undefined) return { ok: false, error: { code: failure, correlationId: 'b7f2c1' } };
    try {
      return { ok: true, value: await (handlers[method as Method] as (input: never) => unknown)(input) };
    } catch (thrown) {
      const code = thrown instanceof Refusal ? thrown.code : 'internal';
      return { ok: false, error: { code, correlationId: 'b7f2c1' } };
    }
  };
  const invoke = Object.fromEntries(
    Object.keys(handlers).map((method) => [method, (input: never) => answer(method, input)]),
  );
  const on = (event: string, listener: (payload: unknown) => void) => {
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set.add(listener));
    if (event === 'documents.progress' && scenario.documents === 'ingesting') setTimeout(() => showIngest(world), 50);
    return () => void set.delete(listener);
  };
  const scripted: Scripted = { calls, emit, asked: () => world.asked };
  Object.assign(globalThis, { cloister: Object.freeze({ invoke: Object.freeze(invoke), on }), scripted });
}
