import type { Line } from './lines.ts';
import { textOfLine } from './lines.ts';

/** Share of the page's height at its top and bottom where running heads and page numbers stand. */
const marginShare = 0.13;
const pageNumber = /^(?:[-–—|\s]*(?:page|seite|página|pagina|p\.)?\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|von|de|\/)\s*\d{1,4})?[-–—|\s]*$/i;

interface PageLines {
  readonly height: number;
  readonly lines: readonly Line[];
}

function inMargin(line: Line, height: number): boolean {
  return line.baseline < marginShare * height || line.baseline > (1 - marginShare) * height;
}

/** “Page 3 of 9” and “Page 4 of 9” at the same height are the same running line. */
function signature(line: Line): string {
  const text = textOfLine(line).toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ');
  return `${Math.round(line.baseline / 6)}|${text}`;
}

/** Signatures of lines that stand in the margin of many pages. */
export function runningLines(pages: readonly PageLines[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { height, lines } of pages) {
    const here = new Set(lines.filter((line) => inMargin(line, height)).map(signature));
    for (const each of here) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  // Left and right pages may differ, so that each running line stands on less than half of them.
  const needed = Math.max(2, Math.ceil(pages.length * 0.35));
  return new Set([...counts].filter(([, count]) => count >= needed).map(([each]) => each));
}

export function isRunning(line: Line, height: number, running: ReadonlySet<string>): boolean {
  if (!inMargin(line, height)) return false;
  return running.has(signature(line)) || pageNumber.test(textOfLine(line));
}
