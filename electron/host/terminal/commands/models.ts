import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Candidate } from '../../../../shared/contract/types.ts';
import { openForModels } from './passports.ts';
import { bytesForPeople, onOneLine, type Prose } from '../output.ts';

export async function listModels(context: CommandContext): Promise<ExitCode> {
  const models = await (await openForModels(context)).rooms.models.store.list();
  context.output.result({ models }, () =>
    models.length === 0
      ? 'No models are installed yet.'
      : models
          .map(
            (m) =>
              `${onOneLine(m.name).padEnd(32)} ${bytesForPeople(m.size).padStart(9)}  ${m.state}  ${m.digest.slice(0, 19)}…`,
          )
          .join('\n'),
  );
  return 0;
}

const fitWords = {
  gpu: 'fits',
  split: 'fits in part, slower',
  cpu: 'fits the processor',
  no: 'too large',
} as const;

/** Characters before the reason of a candidate. */
const besideReason = 48;

export async function recommendModels(
  context: CommandContext,
  given: { vram?: number; ram?: number; disk?: boolean },
): Promise<ExitCode> {
  const { rooms } = await context.application();
  const { hardware, candidates } = await rooms.models.fitting.recommend(given);
  const installed = await rooms.models.fitting.installed();
  const found = given.disk === true ? { ...hardware, diskSpeed: await rooms.measureDisk() } : hardware;
  context.output.result({ hardware: found, candidates, installed }, () =>
    [...proposals(candidates), ...candidates.map((each) => line(each, context.output.prose))].join('\n'),
  );
  return 0;
}

const roleWords = { small: 'Small', balanced: 'Balanced', best: 'Best' } as const;

/** The three to begin with, where there are any. */
function proposals(candidates: readonly Candidate[]): string[] {
  const lines = (['small', 'balanced', 'best'] as const).flatMap((role) => {
    const found = candidates.find((candidate) => candidate.role === role);
    return found === undefined ? [] : [`${roleWords[role].padEnd(9)} ${found.name}`];
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

const line = ({ name, fits, reason }: Candidate, prose: Prose): string =>
  prose(`${name.padEnd(20)} ${fitWords[fits].padEnd(26)} ${reason}`, besideReason);

/** One model with one length of context on this computer now. */
export async function fitModel(
  context: CommandContext,
  name: string,
  options: { context?: number },
): Promise<ExitCode> {
  const { rooms } = await context.application();
  const { fitting, store } = rooms.models;
  const fit = await fitting.of(name, options.context);
  const here = fit.fits === 'no' ? await store.find(name) : null;
  const refusal = here === null ? null : await fitting.refusal(here);
  const { needs, largestContext } = fit;
  context.output.result({ ...fit, refusal }, () =>
    [
      `${onOneLine(fit.name)}, ${fit.contextTokens} tokens: ${fitWords[fit.fits]}`,
      fit.reason,
      `weights ${bytesForPeople(needs.weights)}, context ${bytesForPeople(needs.kv)}, computing ${bytesForPeople(needs.overhead)}`,
      largestContext === null ? 'No context is short enough.' : `Longest context that fits: ${largestContext} tokens`,
      ...(refusal === null ? [] : [context.output.prose(refusal.reason)]),
    ].join('\n'),
  );
  return 0;
}
