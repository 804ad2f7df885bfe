import { stripInvisible } from '../../../shared/strip-invisible.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { EngineClient } from '../../engine/types.ts';
import { askOnce } from './ask.ts';
import { judge } from './judge/index.ts';
import type { EvaluationSet } from './set.ts';
import type { EvaluationResult } from './types.ts';

/** Characters of an answer that are kept: enough to see why it was judged so. */
const excerpt = 240;

const shortened = (text: string): string => {
  const line = stripInvisible(text).replace(/\s+/g, ' ').trim();
  return line.length <= excerpt ? line : `${line.slice(0, excerpt).replace(/[\ud800-\udbff]$/, '')}…`;
};

/** Loads the model: one token, for which nobody waits less than a large model takes to come from a slow disk. */
export async function load(
  client: Pick<EngineClient, 'chat'>,
  model: { readonly name: string; readonly contextTokens: number },
  signal: AbortSignal,
): Promise<void> {
  const messages = [{ role: 'user', content: 'Hello' }] as const;
  const answer = client.chat({ model: model.name, messages, contextTokens: model.contextTokens, maxTokens: 1 }, signal);
  for await (const chunk of answer) if (chunk.done) return;
}

/** Every prompt in turn. Throws `timeout` when the whole takes too long: what is not finished counts as nothing. */
export async function runSet(
  client: Pick<EngineClient, 'chat'>,
  model: { readonly name: string; readonly contextTokens: number },
  set: EvaluationSet,
  { signal, onCase }: { signal: AbortSignal; onCase: (done: number, total: number) => void },
): Promise<EvaluationResult['cases']> {
  const until = performance.now() + set.limits.minutes * 60_000;
  const cases: EvaluationResult['cases'][number][] = [];
  for (const given of set.cases) {
    onCase(cases.length, set.cases.length);
    if (performance.now() > until)
      throw new CloisterError(
        'timeout',
        `${model.name} did not answer all prompts within ${set.limits.minutes} minutes; it is too slow here to be tried.`,
      );
    const started = performance.now();
    const answer = await askOnce(client, model, given, set, signal);
    const { verdict, found } = judge(given, answer);
    const { id, kind, title } = given;
    const ms = Math.round(performance.now() - started);
    cases.push({ id, kind, title, verdict, found, answer: shortened(answer.text), ms });
  }
  onCase(cases.length, set.cases.length);
  return cases;
}
