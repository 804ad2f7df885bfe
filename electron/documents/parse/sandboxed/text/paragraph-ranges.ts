export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The lines of a text, each without its line end. */
export function* lineRanges(text: string): Generator<Range> {
  const ends = /\r\n|\n|\r|\u2028|\u2029/g;
  let start = 0;
  for (let match = ends.exec(text); match !== null; match = ends.exec(text)) {
    yield { start, end: match.index };
    start = ends.lastIndex;
  }
  if (start < text.length) yield { start, end: text.length };
}

export function isBlank(text: string, { start, end }: Range): boolean {
  return text.slice(start, end).trim() === '';
}

/** Runs of lines between blank lines. */
export function paragraphRanges(text: string): Range[] {
  const found: Range[] = [];
  let open: { start: number; end: number } | null = null;
  for (const line of lineRanges(text)) {
    if (isBlank(text, line)) open = null;
    else if (open === null) found.push((open = { ...line }));
    else open.end = line.end;
  }
  return found;
}
