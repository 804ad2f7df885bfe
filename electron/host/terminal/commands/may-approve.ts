import type { Passport } from '../../../../shared/contract/types.ts';
import { confirm, type Asking } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { onOneLine } from '../output.ts';
import { collapseWords } from './evaluation-text.ts';

/** Says what the trial found, before the approval. Only a person can be asked; a script meant what it wrote. */
export async function mayApprove(
  context: CommandContext,
  { input, hasTerminal }: Asking,
  { name, kind, state, evaluation }: Passport,
  isSure: boolean,
): Promise<boolean> {
  const { output } = context;
  if (kind === 'embedding' || state === 'approved') return true;
  if (evaluation === null) {
    output.note(`${onOneLine(name)} was not tried first. To see what it answers: cloister models evaluate NAME`);
    return true;
  }
  if (!evaluation.refusalCollapse) return true;
  output.note(`Refusals collapsed. ${collapseWords(evaluation)}`);
  if (!hasTerminal || output.json || isSure) return true;
  if ((await confirm(context, input, 'Approve it all the same?')) === 'yes') return true;
  output.note('It was not approved.');
  return false;
}
