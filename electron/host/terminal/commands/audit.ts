import type { AuditEntry, AuditVerification } from '../../../../shared/contract/types.ts';
import { anchorAdvice } from '../../../audit/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine } from '../output.ts';
import { counted } from '../../../../shared/counted.ts';
import { CloisterError } from '../../../../shared/errors.ts';

/** Of a model the stage says what became of it; of everything else whether it was done, and where not, what ended it. */
export function entryAsText(entry: AuditEntry): string {
  const { kind, stage, code } = entry;
  const came = code === null ? entry.decision : `${entry.decision} (${stage ?? '-'}: ${code})`;
  const what = kind === 'model' ? (stage ?? came) : came;
  const why = entry.note === undefined ? '' : `: ${onOneLine(entry.note)}`;
  return `${String(entry.index).padStart(6)}  ${entry.at}  ${entry.origin.padEnd(7)} ${kind.padEnd(8)} ${what}  ${onOneLine(entry.model ?? '')}${why}`;
}

export async function auditList(
  context: CommandContext,
  options: { since?: string; limit?: number },
): Promise<ExitCode> {
  const since = options.since === undefined ? undefined : new Date(options.since);
  if (since !== undefined && Number.isNaN(since.getTime())) {
    throw new CloisterError('bad_request', '--since takes a date such as 2026-03-31 or 2026-03-31T12:00:00Z.');
  }
  const { audit } = (await context.unlocked()).rooms;
  const entries = await audit.list({
    limit: options.limit ?? 100,
    ...(since === undefined ? {} : { since: since.toISOString() }),
  });
  for (const entry of entries) {
    context.output.line(entry, () => entryAsText(entry));
  }
  return 0;
}

export async function auditVerify(context: CommandContext, options: { export?: string }): Promise<ExitCode> {
  if (options.export !== undefined)
    throw new CloisterError('not_available', 'Checking an export is not available yet.');
  const { audit } = (await context.unlocked()).rooms;
  const result = await audit.verify();
  const { doubt } = await audit.standing();
  context.output.result(result, () => context.output.prose(verificationAsText(result, doubt?.kind === 'anchor')));
  return result.ok ? 0 : 1;
}

function verificationAsText({ ok, size, root, problem, firstBad }: AuditVerification, mayBeBackup: boolean): string {
  if (ok) return `The record holds: ${counted(size, 'entry', 'entries')}, root ${root}`;
  const first = firstBad === null || firstBad === undefined ? '' : ` First at entry ${firstBad}.`;
  const way = mayBeBackup ? `\n  ${anchorAdvice}` : '';
  return `THE RECORD DOES NOT HOLD. ${problem ?? ''}${first}${way}`;
}
