/** Lines that are compared of each text, characters that are shown of a line, and lines that are shown at all. */
const compared = 600;
const lineLength = 500;
const shown = 200;
/** Equal lines that are shown around a change. */
const around = 2;

type Mark = ' ' | '-' | '+';
type Line = readonly [Mark, string];

/** Lengths of the longest common subsequences of the rests: row `i`, column `j` for `left` from i and `right` from j. */
function commonLengths(left: readonly string[], right: readonly string[]): (i: number, j: number) => number {
  const width = right.length + 1;
  const table = new Uint16Array((left.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      table[i * width + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return at;
}

function compare(left: readonly string[], right: readonly string[]): Line[] {
  const common = commonLengths(left, right);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const before = left[i];
    const after = right[j];
    if (before === undefined && after === undefined) return lines;
    if (before !== undefined && before === after) {
      lines.push([' ', before]);
      i += 1;
      j += 1;
    } else if (before !== undefined && (after === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push(['-', before]);
      i += 1;
    } else {
      lines.push(['+', after ?? '']);
      j += 1;
    }
  }
}

const cut = (line: string): string => (line.length > lineLength ? `${line.slice(0, lineLength)}…` : line);

/** Leaves out equal lines that stand far from any change, and says how many. */
function collapse(lines: readonly Line[]): string[] {
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(([mark]) => mark !== ' ');
  const out: string[] = [];
  let left = 0;
  const flush = (): void => {
    if (left > 0) out.push(`… ${left} equal`);
    left = 0;
  };
  lines.forEach(([mark, text], index) => {
    if (mark === ' ' && !near(index)) {
      left += 1;
      return;
    }
    flush();
    out.push(`${mark} ${cut(text)}`);
  });
  flush();
  return out;
}

/**
 * What differs between two chat templates, line by line, as `- ` and `+ `; null when nothing does. Bounded whatever the texts are:
 * what lies past the bounds is counted, not shown.
 */
export function templateDiff(before: string, after: string): string | null {
  if (before === after) return null;
  const left = before.split('\n');
  const right = after.split('\n');
  const lines = collapse(compare(left.slice(0, compared), right.slice(0, compared)));
  const beyond = Math.max(left.length, right.length) - compared;
  const more = Math.max(0, lines.length - shown);
  return [
    ...lines.slice(0, shown),
    ...(more > 0 ? [`… ${more} more lines that differ or stand beside one`] : []),
    ...(beyond > 0 ? [`… ${beyond} more lines were not compared`] : []),
  ].join('\n');
}
