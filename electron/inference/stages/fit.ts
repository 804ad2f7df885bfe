import { CloisterError } from '../../../shared/errors.ts';
import type { Models } from '../../models/types.ts';
import type { Work } from '../types.ts';

/** Context lengths tried, largest first. Tokens. Always sent: the engine's own default hides truncation. */
export const contextSteps = [8192, 4096, 2048] as const;

/** How long a decision stands. The model is loaded by then, and its own memory would count against it. Milliseconds. */
const standsFor = 60_000;

interface Decision {
  readonly digest: string;
  readonly contextTokens: number;
  readonly at: number;
}

/** Picks the largest context that fits, or refuses before anything is loaded, with the numbers. */
export function createFit(models: Pick<Models, 'store' | 'doesNotFit'>, now: () => number) {
  let last: Decision | null = null;
  return async function fit(work: Work): Promise<void> {
    const chosen = work.model;
    if (chosen === null) return;
    if (last?.digest === chosen.digest && now() - last.at < standsFor) {
      last = { ...last, at: now() };
      work.contextTokens = last.contextTokens;
      return;
    }
    const model = await models.store.find(chosen.name);
    if (model === null) throw new CloisterError('model_missing', `The model ${chosen.name} is not installed.`);
    let refusal: { reason: string; needs: number; free: number } | null = null;
    for (const contextTokens of contextSteps) {
      refusal = await models.doesNotFit(model, contextTokens);
      if (refusal !== null) continue;
      last = { digest: chosen.digest, contextTokens, at: now() };
      work.contextTokens = contextTokens;
      return;
    }
    throw new CloisterError('model_too_large', refusal?.reason ?? `${chosen.name} does not fit this computer.`, {
      detail: { needs: refusal?.needs ?? 0, free: refusal?.free ?? 0 },
    });
  };
}
