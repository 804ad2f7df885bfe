/** What stands in the brackets of a mark. The first group holds the numbers, of one or two digits: a year stays a year. */
const inner =
  '\\s*(?:(?:passage|source|doc(?:ument)?)\\s*)?(0?\\d{1,2}(?:\\s*(?:[,;–-]|and)\\s*0?\\d{1,2})*)[^[\\]【】⟦⟧\\d]{0,12}';

/** What reads as a citation in an answer, and what the window makes a source of: `[1]`, `[1, 3]`, `[2-4]`, `[Passage 2]`, `【1】`. */
export const citationMark = new RegExp(`[[【]${inner}[\\]】]`, 'giu');

/** The same in a document, also with the brackets that it has in a prompt: a footnote, a reference. */
export const footnoteMark = new RegExp(`[[【⟦]${inner}[\\]】⟧]`, 'giu');

/**
 * The same text, letter for letter, with brackets that cite nothing (`⟦1⟧`): a document's footnotes and references have numbers of
 * their own. Nothing is removed, so that no mark can grow together from two halves.
 */
export const breakCitationMarks = (text: string): string =>
  text.replace(citationMark, (mark) => `⟦${mark.slice(1, -1)}⟧`);
