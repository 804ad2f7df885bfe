import { stripInvisible } from '../../shared/strip-invisible.ts';
import { breakCitationMarks } from './citation-marks.ts';
import { neutraliseControlTokens } from './neutralise.ts';

export interface FencedPassage {
  readonly title: string;
  readonly text: string;
}

const longestTitle = 200;

/** Random and long enough that no document can hold it: 64 bits, as hexadecimal digits. */
const nonceForm = /^[0-9a-f]{16,64}$/;

/** A line that looks like the head of a passage, such as `[3] Contract.pdf`, could pass for another source. */
const headLike = /^([^\S\n]*)\[(\d{1,4})\]/gmu;

/**
 * Without control tokens, invisible characters, the mark of the fence, lines that pass for a passage’s head, and footnote marks: a
 * model that copies `[2]` out of a passage would cite the second one.
 */
function asData(text: string, nonce: string, tokens: readonly string[]): string {
  const lines = stripInvisible(text).replace(/\r\n?/gu, '\n');
  const plain = neutraliseControlTokens(lines, tokens).replaceAll(nonce, '…');
  return breakCitationMarks(plain).replace(headLike, '$1($2)');
}

const titleOf = (title: string, nonce: string, tokens: readonly string[]): string =>
  asData(title.replace(/\s+/gu, ' ').trim().slice(0, longestTitle), nonce, tokens);

/**
 * Passages as data for a prompt: numbered from 1, each in a fence whose mark is random and therefore in no document.
 * `nonce`: at least 8 random bytes in hex, fresh for each prompt. `tokens`: the control tokens of the model’s own vocabulary.
 */
export function fenceDocument(
  passages: readonly FencedPassage[],
  nonce: string,
  tokens: readonly string[] = [],
): string {
  if (!nonceForm.test(nonce)) throw new RangeError('The mark of a fence is 16 to 64 hexadecimal digits.');
  const fenced = passages.map(({ title, text }, index) =>
    [`[${index + 1}] ${titleOf(title, nonce, tokens)}`, `<<${nonce}`, asData(text, nonce, tokens), `${nonce}>>`].join(
      '\n',
    ),
  );
  return fenced.join('\n\n');
}
