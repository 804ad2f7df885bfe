/** Characters of text a line has at least; where less is left the terminal's own breaking reads better. */
const narrowest = 24;

/** What a line begins with and goes on below: white space, and the mark of a quote. */
const beginning = /^\s*(?:> )?/u;

/**
 * Breaks lines between words at the terminal's width; `columns` is undefined where there is no terminal, and nothing is
 * broken. A line goes on below its own beginning, or below `hanging` characters. A word stays whole, so that a path can be
 * copied.
 */
export function wrap(text: string, columns: number | undefined, hanging = 0): string {
  if (columns === undefined || columns < narrowest) return text;
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns, hanging))
    .join('\n');
}

function wrapLine(line: string, columns: number, hanging: number): string {
  if (line.length <= columns) return line;
  const [own = ''] = beginning.exec(line) ?? [];
  const below = columns - hanging < narrowest ? own : own.padEnd(hanging);
  const lines: string[] = [];
  let open = line.slice(0, below.length);
  let isFresh = true;
  for (const word of line.slice(open.length).split(' ')) {
    const longer = isFresh ? open + word : `${open} ${word}`;
    if (isFresh || longer.length <= columns) open = longer;
    else {
      lines.push(open);
      open = below + word;
    }
    isFresh = false;
  }
  return [...lines, open].join('\n');
}
