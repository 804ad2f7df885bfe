import type { Passage } from '../../../../shared/contract/types.ts';
import { onOneLine } from '../output.ts';

/** The key that only passages of attachments have. */
export const attachmentOf = ({ attachment }: Pick<Passage, 'attachment'>) =>
  attachment === undefined ? {} : { attachment };

/** `letter.eml, attachment invoice.pdf`, `handbook.pdf, page 3`: where a passage stands, for people. */
export function placeAsText({ document, page, attachment }: Pick<Passage, 'document' | 'page' | 'attachment'>): string {
  const inside = attachment === undefined ? '' : `, attachment ${attachment}`;
  return onOneLine(`${document}${inside}${page === null ? '' : `, page ${page}`}`);
}
