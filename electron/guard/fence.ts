import { neutraliseControlTokens } from './control-tokens.ts';
import { stripInvisible } from './invisible.ts';

export interface FencedPassage {
  readonly title: string;
  readonly text: string;
}

const oneLine = (title: string): string => title.replace(/\s+/gu, ' ').trim().slice(0, 200);

/** A line that looks like the head of a passage, such as `[3] Contract.pdf`, could pass for another source. */
const headLike = /^(\s*)\[(\d{1,4})\]/gmu;

/** Without the fence's mark, control tokens, invisible characters and lines that pass for a passage's head. */
function asData(text: string, nonce: string): string {
  return neutraliseControlTokens(stripInvisible(text)).replaceAll(nonce, '…').replace(headLike, '$1($2)');
}

/**
 * Passages as data for a prompt: numbered from 1, each in a fence whose mark is random and therefore in no document.
 * `nonce`: at least 8 random bytes in hex, fresh for each prompt.
 */
export function fenceDocument(passages: readonly FencedPassage[], nonce: string): string {
  const fenced = passages.map((passage, index) =>
    [`[${index + 1}] ${oneLine(asData(passage.title, nonce))}`, `<<${nonce}`, asData(passage.text, nonce), `${nonce}>>`].join('\n'),
  );
  return fenced.join('\n\n');
}
