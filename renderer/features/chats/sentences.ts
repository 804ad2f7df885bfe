const marks = /[*_`#>|~]+|\[\d{1,3}\]/g;

/** The whole sentences after `from`, as they are spoken, and the place up to which they go. */
export function newSentences(text: string, from: number): { readonly text: string; readonly to: number } {
  const rest = text.slice(from);
  const end = Math.max(...['. ', '.\n', '! ', '? ', ': ', '\n\n'].map((mark) => rest.lastIndexOf(mark)));
  if (end < 0) return { text: '', to: from };
  const said = rest
    .slice(0, end + 1)
    .replace(marks, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { text: said, to: from + end + 1 };
}
