import type { Check } from '../../../../shared/contract/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine } from '../output.ts';

const marks = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

/** One check as lines for people. */
export const shown = (check: Check): string =>
  `${marks[check.status]}  ${check.id.padEnd(10)} ${onOneLine(check.summary)}${check.fix === undefined ? '' : `\n                 → ${check.fix}`}`;

/** Everything that could be weaker than it should be, each with what to do. Exit 1 when a check fails. */
export async function doctor(context: CommandContext): Promise<ExitCode> {
  const application = await context.application();
  await application.unlock(await context.passphrase()).catch(() => undefined);
  const checks = await application.doctor();
  context.output.result({ checks }, () => checks.map(shown).join('\n'));
  return checks.some((check) => check.status === 'fail') ? 1 : 0;
}
