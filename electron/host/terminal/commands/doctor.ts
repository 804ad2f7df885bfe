import type { Check } from '../../../../shared/contract/types.ts';
import { codeOf, type ErrorCode } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine } from '../output.ts';
import { sentenceOf } from '../words.ts';

const marks = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

/** Characters before a summary, and before what to do about it. */
const besideSummary = 17;

/** One check as lines for people. */
export const shown = (check: Check): string =>
  `${marks[check.status]}  ${check.id.padEnd(10)} ${onOneLine(check.summary)}${check.fix === undefined ? '' : `\n${' '.repeat(besideSummary)}→ ${check.fix}`}`;

/** What keeps the profile from being used at all. A vault that only stays locked is no fault. */
const keepsFromUse: ReadonlySet<ErrorCode> = new Set(['profile_in_use', 'profile_unsafe', 'disk_full']);

const profileChecks = (thrown: unknown): Check[] =>
  keepsFromUse.has(codeOf(thrown)) ? [{ id: 'profile', status: 'fail', summary: sentenceOf(thrown) }] : [];

/** Everything that could be weaker than it should be, each with what to do. Exit 1 when a check fails. */
export async function doctor(context: CommandContext): Promise<ExitCode> {
  const application = await context.application();
  const passphrase = await context.passphrase();
  const profile = await application.unlock(passphrase).then(() => [], profileChecks);
  const found = await application.doctor();
  const checks = found.some(({ id }) => id === 'profile') ? found : [...found, ...profile];
  context.output.result({ checks }, () => context.output.prose(checks.map(shown).join('\n'), besideSummary));
  return checks.some((check) => check.status === 'fail') ? 1 : 0;
}
