import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytesForPeople, onOneLine } from '../output.ts';

export async function listModels(context: CommandContext): Promise<ExitCode> {
  const models = await (await context.application()).rooms.models.store.list();
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
  cpu: 'fits the processor, slow',
  no: 'too large',
} as const;

/** Characters before the reason of a candidate. */
const besideReason = 48;

export async function recommendModels(
  context: CommandContext,
  given: { vram?: number; ram?: number },
): Promise<ExitCode> {
  const { hardware, candidates } = await (await context.application()).rooms.models.recommend(given);
  context.output.result({ hardware, candidates }, () =>
    candidates
      .map((c) => context.output.prose(`${c.name.padEnd(20)} ${fitWords[c.fits].padEnd(26)} ${c.reason}`, besideReason))
      .join('\n'),
  );
  return 0;
}
