import { counted } from '../../../../shared/counted.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import type { CheckpointHead, RecordStanding } from '../../../audit/types.ts';
import { confirm, type Asking } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

const headAsText = (head: CheckpointHead | null): string =>
  head === null ? 'nothing that this vault signed' : `${counted(head.size, 'entry', 'entries')}, root ${head.root}`;

const asText = ({ present, remembered, doubt }: RecordStanding): string =>
  [
    doubt?.problem ?? '',
    `  remembered by the keychain  ${headAsText(remembered)}`,
    `  present in the profile      ${headAsText(present)}`,
  ].join('\n');

const nothingToAccept = ({ anchoredBy }: RecordStanding): string =>
  anchoredBy === 'keychain'
    ? 'The record continues what the keychain remembers. There is nothing to accept.'
    : 'This vault is anchored in no keychain: nothing is remembered, and there is nothing to accept.';

/**
 * The deliberate way on after a backup was put back: shows what the keychain remembers beside what is there, and goes on
 * from there only when a person says so. The entry it writes names the checkpoint that is given up.
 */
export async function auditAnchor(
  context: CommandContext,
  { input, hasTerminal }: Asking,
  options: { accept?: boolean },
): Promise<ExitCode> {
  const { audit, sessions } = (await context.unlocked()).rooms;
  const found = await audit.standing();
  if (found.doubt === null) {
    context.output.result({ accepted: false, ...found }, () => nothingToAccept(found));
    return 0;
  }
  if (found.doubt.kind === 'log')
    throw new CloisterError(
      'audit_broken',
      `The record does not hold by itself, so it cannot be anchored: ${found.doubt.problem} Put back a backup in which it does.`,
    );
  const { json, prose } = context.output;
  if (!json) context.output.note(asText(found));
  const asks = options.accept !== true && !json && hasTerminal;
  const accepted =
    options.accept === true ||
    (asks && (await confirm(context, input, 'Go on from the record that is present?')) === 'yes');
  if (!accepted) {
    context.output.result({ accepted, ...found }, () =>
      prose('Nothing was changed. If you put this state back yourself: cloister audit anchor --accept'),
    );
    return 1;
  }
  const caller = await sessions.verify(await sessions.tokenFor('cli'));
  if (caller === null) throw new CloisterError('unauthenticated', 'This session has ended. Run the command again.');
  const entry = await audit.anchorAnew({ origin: caller.origin, subject: caller.subject, session: caller.session });
  context.output.result({ accepted, ...found, entry: entry.index }, () =>
    prose(`The record goes on. Entry ${entry.index} says what was given up, and the keychain remembers it now.`),
  );
  return 0;
}
